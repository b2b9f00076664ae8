import Foundation

/// Why the system did not do what was asked, in its own words, without Foundation's around them: "Permission denied".
package func systemReason(_ error: any Error) -> String {
  let inner = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
  return inner.domain == NSPOSIXErrorDomain
    ? String(cString: strerror(Int32(inner.code))) : inner.localizedDescription
}
