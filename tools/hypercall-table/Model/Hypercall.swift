import XenABI

/// One hypercall: a row of the table, with the rows of its sub-operations below it.
public struct Hypercall: Sendable {
  /// The number, as in RAX or EAX.
  public var number: HypercallNumber
  /// The member of `HypercallNumber` that names it.
  public var name: String
  /// The public header's name.
  public var cName: String
  /// The public header, or nil for Apus's own.
  public var header: String?
  /// How its arguments lie in the registers, and so what its methods and stubs take.
  public var convention: Convention
  /// What it is for, in a sentence or two.
  public var summary: String
  /// The sub-operations by number; one without a number for a call that has none.
  public var operations: [Operation]
  /// What differs from what a reader of the public headers expects: refusals, choices.
  public var notes: [String]
  /// The header's sub-operations that are not there.
  public var absences: [Absence]

  public init(
    _ number: HypercallNumber, _ name: String, cName: String, header: String?, _ convention: Convention,
    _ summary: String, notes: [String] = [], operations: [Operation], absences: [Absence] = []
  ) {
    self.number = number
    self.name = name
    self.cName = cName
    self.header = header
    self.convention = convention
    self.summary = summary
    self.operations = operations
    self.notes = notes
    self.absences = absences
  }
}

/// One sub-operation of a hypercall.
public struct Operation: Sendable {
  /// The number, or nil for a hypercall without sub-operations.
  public var number: UInt32?
  /// The member of the operation's type that names it.
  public var name: String
  /// The public header's name.
  public var cName: String
  /// The method of Core's `Caller` that does it; the guest's stub has the same name.
  public var function: String
  /// What it does.
  public var summary: String
  /// What its argument points to.
  public var argument: Argument
  /// Who may call it.
  public var permission: Permission
  /// Whether it does a bounded piece at a time and continues.
  public var continues: Bool
  /// What it returns when it succeeds.
  public var result: String
  /// The errors and when they come; those that every call can give are left out.
  public var errors: [Refusal]
  /// Whether it is looked for before all others, since guests live by it: short calls without a privilege only.
  public var isFrequent: Bool

  public init(
    _ number: UInt32?, _ name: String, cName: String, _ function: String, _ summary: String,
    _ argument: Argument = .none, by permission: Permission = .anyone, continues: Bool = false, result: String = "0",
    errors: [Refusal] = [], frequent: Bool = false
  ) {
    self.number = number
    self.name = name
    self.cName = cName
    self.function = function
    self.summary = summary
    self.argument = argument
    self.permission = permission
    self.continues = continues
    self.result = result
    self.errors = errors
    isFrequent = frequent
  }
}

/// A structure of the ABI, as a value of the table.
public typealias StructureType = any (WireStructure & Sendable).Type

/// What the argument of a sub-operation points to.
public enum Argument: Sendable {
  /// There is none, or it is not looked at.
  case none
  /// A structure that is only read.
  case reads(StructureType)
  /// A structure that is read and written back.
  case updates(StructureType)
  /// An array of structures that are read and written back, with its count in a register.
  case list(StructureType)
  /// So many bytes that are written.
  case bytes(Int)

  /// The structure, if it is one.
  public var structure: StructureType? {
    switch self {
    case .reads(let type), .updates(let type), .list(let type): type
    case .none, .bytes: nil
    }
  }
}

/// Who may call a sub-operation.
public enum Permission: String, Sendable {
  /// Every domain, on itself.
  case anyone = "any domain"
  /// Every domain on itself, the control domain on others too; the method checks the domain that the argument names.
  case itself = "any domain on itself, the control domain on others"
  /// The control domain alone; the dispatch checks it.
  case controlDomain = "the control domain"
  /// The control domain alone; for others it is not there.
  case controlDomainUnseen = "the control domain; for others it is not there (-ENOSYS)"

  /// What the dispatch answers those who may not call it; nil where it asks nobody.
  var refusal: HypercallError? {
    switch self {
    case .anyone, .itself: nil
    case .controlDomain: .notPermitted
    case .controlDomainUnseen: .notImplemented
    }
  }
}

/// An error and when it comes.
public struct Refusal: Sendable {
  public var error: HypercallError
  public var reason: String

  public init(_ error: HypercallError, _ reason: String) {
    self.error = error
    self.reason = reason
  }
}
