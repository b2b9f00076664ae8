print("awn-tui")
