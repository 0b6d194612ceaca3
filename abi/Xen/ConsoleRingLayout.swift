/// Where the parts of a console ring lie in its page (public header `io/console.h`, `xencons_interface`). "In" and
/// "out" are the guest's: it reads its input and writes its output. The four indices run freely.
public enum ConsoleRingLayout {
  public static var input: Int { 0 }
  public static var inputSize: UInt32 { 1024 }
  public static var output: Int { 1024 }
  public static var outputSize: UInt32 { 2048 }
  /// `in_cons`: how much the guest has read.
  public static var inputConsumer: Int { 3072 }
  /// `in_prod`: how much was typed.
  public static var inputProducer: Int { 3076 }
  /// `out_cons`: how much was taken.
  public static var outputConsumer: Int { 3080 }
  /// `out_prod`: how much the guest has printed.
  public static var outputProducer: Int { 3084 }
  /// The bytes of them all.
  public static var byteCount: Int { 3088 }
}
