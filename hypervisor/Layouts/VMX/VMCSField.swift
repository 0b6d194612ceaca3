/// A field of the virtual-machine control structure, by the number that VMREAD and VMWRITE take.
///
/// The encoding's bits (Intel SDM vol. 3 24.11.2): 0 the access type, 9:1 the index, 11:10 the class, 14:13 the width.
/// `Value` is the type that holds the field: natural-width fields and 64-bit fields are both `UInt64` here, since the
/// hypervisor runs in 64-bit mode only.
///
/// Section numbers of the Intel manual, here and in the other files of this folder, are those of the editions in which
/// chapter 24 is the VMCS and chapter 26 VM entries; later editions count one chapter more.
struct VMCSField<Value: FixedWidthInteger & BitwiseCopyable>: Equatable, BitwiseCopyable {
  /// The number that names the field.
  let encoding: UInt32

  @inline(__always)
  init(_ encoding: UInt32) { self.encoding = encoding }

  /// Bits 14:13.
  var width: VMCSFieldWidth { VMCSFieldWidth(encoding: encoding) }
  /// Bits 11:10.
  var group: VMCSFieldGroup { VMCSFieldGroup(encoding: encoding) }
}

/// The width of a field in the VMCS.
enum VMCSFieldWidth: UInt8 {
  case word
  case quadword
  case doubleword
  case natural

  init(encoding: UInt32) {
    self =
      switch encoding >> 13 & 3 {
      case 0: .word
      case 1: .quadword
      case 2: .doubleword
      default: .natural
      }
  }
}

/// What a field is for.
enum VMCSFieldGroup: UInt8 {
  case control
  /// What the last exit left; read-only on most processors.
  case exitInformation
  case guestState
  case hostState

  init(encoding: UInt32) {
    self =
      switch encoding >> 10 & 3 {
      case 0: .control
      case 1: .exitInformation
      case 2: .guestState
      default: .hostState
      }
  }
}
