import Testing
import XenABI

@testable import GuestKitLogic

/// The guest's side of the store's protocol.
@Suite struct XenStoreMessageTests {
  @Test func writesRequests() {
    let request = XenStoreMessage(
      .write, requestID: 0x0403_0201, transactionID: 9, strings: ["a/b"], bytes: Array("xy".utf8))
    #expect(request.bytes == [11, 0, 0, 0, 1, 2, 3, 4, 9, 0, 0, 0, 6, 0, 0, 0] + Array("a/b\0xy".utf8))
  }

  @Test func readsWhatItWrites() {
    var random = SplitMix64(seed: 1)
    var assembler = XenStoreAssembler()
    for _ in 0..<200 {
      let payload = (0..<Int(random.next() % 4097)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let message = XenStoreMessage(
        type: UInt32(truncatingIfNeeded: random.next()), requestID: UInt32(truncatingIfNeeded: random.next()),
        transactionID: 3, payload: payload)
      var found: [XenStoreMessage] = []
      for byte in message.bytes {
        #expect(found.isEmpty)
        if let message = assembler.accept(byte) { found.append(message) }
      }
      #expect(found == [message])
    }
  }

  @Test func stopsAtAnImpossibleLength() {
    var assembler = XenStoreAssembler()
    for byte in XenStoreMessage(type: 2, payload: [UInt8](repeating: 0, count: 4097)).bytes {
      #expect(assembler.accept(byte) == nil)
    }
    #expect(assembler.isBroken)
  }

  @Test func takesStringsApart() {
    func strings(_ text: String) -> [String] { XenStoreMessage.strings(in: Array(text.utf8)[...]) }
    #expect(strings("") == [])
    #expect(strings("a\0") == ["a"])
    #expect(strings("a\0\0b\0") == ["a", "", "b"])
    #expect(strings("a\0b") == ["a", "b"])
  }

  @Test func tellsErrors() throws(StoreError) {
    func answer(_ type: UInt32, _ text: String) throws(StoreError) -> [UInt8] {
      try XenStoreMessage(type: type, payload: Array(text.utf8)).answer(to: .read)
    }
    #expect(try answer(2, "value") == Array("value".utf8))
    #expect(throws: StoreError.notFound) { try answer(16, "ENOENT\0") }
    #expect(throws: StoreError.tryAgain) { try answer(16, "EAGAIN") }
    #expect(throws: StoreError.ioError) { try answer(16, "EWHATEVER\0") }
    #expect(throws: StoreError.ioError) { try answer(11, "OK\0") }
  }

  @Test func takesEvents() {
    let event = XenStoreMessage(type: 15, payload: Array("a/b\0w1\0".utf8)).event
    #expect(event?.path == "a/b" && event?.token == "w1")
    #expect(XenStoreMessage(type: 2, payload: Array("a/b\0w1\0".utf8)).event == nil)
    #expect(XenStoreMessage(type: 15, payload: Array("a/b\0".utf8)).event == nil)
  }

  @Test func putsListsTogether() throws(StoreError) {
    var directory = XenStoreDirectory()
    #expect(try directory.accept(Array("7\0a\0bc\0".utf8)) == nil)
    #expect(directory.offset == 5)
    // It has changed: once more from the start.
    #expect(try directory.accept(Array("8\0x\0".utf8)) == nil)
    #expect(directory.offset == 0)
    #expect(try directory.accept(Array("8\0a\0bcd\0".utf8)) == nil)
    #expect(directory.offset == 6)
    #expect(try directory.accept(Array("8\0e\0\0".utf8)) == ["a", "bcd", "e"])
    var empty = XenStoreDirectory()
    #expect(try empty.accept(Array("1\0\0".utf8)) == [])
    var malformed = XenStoreDirectory()
    #expect(throws: StoreError.ioError) { try malformed.accept(Array("1".utf8)) }
    #expect(throws: StoreError.ioError) { try malformed.accept(Array("1\0".utf8)) }
  }

  @Test func knowsEveryErrorsName() {
    for number in 0..<UInt8.max {
      guard let error = StoreError(rawValue: number) else { continue }
      #expect(StoreError(name: Array("\(error.name)".utf8)) == error)
    }
    #expect(StoreError(name: Array("ENOEN".utf8)) == nil)
    #expect(StoreError(name: []) == nil)
  }
}
