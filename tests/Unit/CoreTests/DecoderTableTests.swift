import Foundation
import Testing

@testable import Core

/// The decoder against a disassembler's reading of the same bytes.
@Suite struct DecoderTableTests {
  @Test func agreesWithADisassembler() throws {
    let path = ProcessInfo.processInfo.environment["DECODER_TABLE"]
    let table = try path.map { try String(contentsOfFile: $0, encoding: .utf8) } ?? decoderTable
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 2)
      let codeSize: CodeSize = fields[0] == "16" ? .bits16 : fields[0] == "32" ? .bits32 : .bits64
      let code = codeBytes(fields[1])
      // What follows the instruction must not matter.
      switch decodeInstruction(code + [0xCC, 0x0F, 0x66], codeSize) {
      case .success(let instruction):
        #expect(instruction.description == fields[2], "\(line)")
        #expect(Int(instruction.length) == code.count, "\(line)")
        for count in 0..<code.count {
          #expect(decodeInstruction(Array(code.prefix(count)), codeSize).failure == .needMoreBytes, "\(line)")
        }
      case .failure(let error):
        #expect(error == .unknownOpcode && fields[2] == "unknown", "\(line)")
      }
    }
  }
}

extension Result {
  /// The error, if there is one.
  var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
