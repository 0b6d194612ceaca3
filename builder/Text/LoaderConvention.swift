/// What a boot loader puts in front of a command line, its own or a module's (Multiboot 0.6.96, 3.3).
///
/// The specification leaves it open. QEMU and GRUB Legacy pass the file's name as the first word; GRUB 2 passes only
/// what followed it.
package enum LoaderConvention: BitwiseCopyable {
  case fileNameFirst
  case argumentsOnly

  /// The convention of a loader by the name it gives itself in the multiboot information; an absent name is empty.
  package init(loaderName: RawSpan) {
    let name = TextRange(offset: 0, count: loaderName.byteCount)
    let isGRUB2 = loaderName.text(name, starts: "GRUB ") && !loaderName.text(name, starts: "GRUB 0.")
    self = isGRUB2 ? .argumentsOnly : .fileNameFirst
  }

  /// Where in a line the arguments start.
  ///
  /// Configurations written for several loaders repeat the file's name for GRUB 2, or write `placeholder` in its place:
  /// such a first word is taken off in any case.
  package func argumentsOffset(in line: RawSpan) -> Int {
    var scanner = WordScanner()
    guard let first = scanner.next(in: line) else { return scanner.position }
    switch self {
    case .fileNameFirst: return scanner.position
    case .argumentsOnly:
      let isName =
        line.text(first, starts: "/") || line.text(first, starts: "(") || line.text(first, equals: "placeholder")
      return isName ? scanner.position : first.offset
    }
  }

  /// The arguments, without the file's name and without the blanks around them.
  package func arguments(in line: RawSpan) -> TextRange {
    var scanner = WordScanner(at: argumentsOffset(in: line))
    return scanner.rest(in: line)
  }
}
