/// The files of lines in a run's folder.
package enum RunFiles {
  package static let metrics = "metrics.jsonl"
  package static let events = "events.jsonl"
  /// What those who watched were shown; not there if nobody did.
  package static let inspections = "inspections.jsonl"
  package static let all = [metrics, events, inspections]
}
