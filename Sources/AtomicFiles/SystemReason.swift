import Foundation

/// Why the system did not do what was asked, in its own words, without Foundation's around them: "Permission denied".
package func systemReason(_ error: any Error) -> String {
  if let error = error as? ModelFileError, case .access(.unwritable(let code)) = error.reason {
    return systemReason(code)
  }
  var inner = error as NSError
  while inner.domain != NSPOSIXErrorDomain, let next = inner.userInfo[NSUnderlyingErrorKey] as? NSError {
    inner = next
  }
  if inner.domain == NSPOSIXErrorDomain { return systemReason(Int32(inner.code)) }
  // Foundation does not always keep the system's number.
  switch (error as? CocoaError)?.code {
  case .fileNoSuchFile?, .fileReadNoSuchFile?: return systemReason(ENOENT)
  case .fileWriteNoPermission?, .fileReadNoPermission?: return systemReason(EACCES)
  case .fileWriteFileExists?: return systemReason(EEXIST)
  case .fileWriteOutOfSpace?: return systemReason(ENOSPC)
  case .fileWriteVolumeReadOnly?: return systemReason(EROFS)
  default: return "the system gives no reason"
  }
}

/// The system's words for an `errno`.
package func systemReason(_ code: Int32) -> String { String(cString: strerror(code)) }
