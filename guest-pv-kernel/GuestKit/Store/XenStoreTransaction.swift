extension XenStore {
  /// Several reads and writes that happen together, or not at all.
  struct Transaction {
    let id: UInt32
  }

  /// Runs `body` in a transaction and commits it; where another's change came in between, all of it again. An error of
  /// the body drops the transaction.
  ///
  ///     try XenStore.transaction { transaction throws(GuestError) in
  ///       try XenStore.write("device/vbd/51712/state", "3", in: transaction)
  ///     }
  static func transaction<Result>(
    _ body: (Transaction) throws(GuestError) -> Result
  ) throws(GuestError) -> Result {
    for _ in 0..<attempts {
      let word = XenStoreMessage.strings(in: try request(.transactionStart, [""])[...]).first ?? ""
      guard let id = UInt32(word) else { throw .store(.ioError) }
      let transaction = Transaction(id: id)
      let result: Result
      do {
        result = try body(transaction)
      } catch {
        _ = try? request(.transactionEnd, ["F"], in: transaction)
        throw error
      }
      do {
        _ = try request(.transactionEnd, ["T"], in: transaction)
        return result
      } catch GuestError.store(.tryAgain) {
        continue
      }
    }
    throw .store(.tryAgain)
  }

  /// How often a transaction is tried.
  private static var attempts: Int { 100 }
}
