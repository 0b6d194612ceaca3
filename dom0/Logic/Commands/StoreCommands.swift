/// The commands about the store, and about what there is to build guests of.
extension CommandVerb {
  var storeDescription: CommandDescription {
    switch self {
    case .storeList:
      CommandDescription(
        name: "xenstore-ls", summary: "a part of the store, as a tree",
        options: [
          CommandOption("f", "full paths instead of a tree"), CommandOption("p", "with the permissions"),
        ],
        arguments: [CommandArgument("PATH", .storePath, .optional)], example: "xenstore-ls /local/domain/1")
    case .storeRead:
      CommandDescription(
        name: "xenstore-read", summary: "the values of nodes",
        arguments: [CommandArgument("PATH", .storePath, .some)], example: "xenstore-read /local/domain/1/name")
    case .storeWrite:
      CommandDescription(
        name: "xenstore-write", summary: "set the value of a node, which is made where it is not there",
        arguments: [CommandArgument("PATH", .storePath), CommandArgument("VALUE", .text)],
        example: "xenstore-write /local/domain/1/data/note 'hello there'")
    case .storeRemove:
      CommandDescription(
        name: "xenstore-rm", summary: "remove nodes, with all below them",
        arguments: [CommandArgument("PATH", .storePath, .some)], example: "xenstore-rm /local/domain/1/data/note")
    case .disks:
      CommandDescription(
        name: "disks", summary: "the disks that guests can be given: boot modules and virtio devices",
        example: "disks")
    default:
      CommandDescription(
        name: "files", summary: "the files that create and configurations can name", example: "files")
    }
  }
}
