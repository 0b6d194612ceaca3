#if canImport(XenABI)
  import XenABI
#endif

/// Something that there is one of for each domain.
protocol DomainKeyed {
  var domain: DomainID { get }
}

/// A list by ascending domain, so that one of many is found soon.
extension Array where Element: DomainKeyed {
  /// Where the domain's element is, or would have to be.
  private func place(of domain: DomainID) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].domain < domain { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The domain's element.
  func find(_ domain: DomainID) -> Element? {
    let place = place(of: domain)
    return place < count && self[place].domain == domain ? self[place] : nil
  }

  /// Adds the element of a domain that has none.
  mutating func insertSorted(_ element: Element) { insert(element, at: place(of: element.domain)) }

  /// Takes the domain's element out.
  mutating func remove(_ domain: DomainID) {
    let place = place(of: domain)
    if place < count && self[place].domain == domain { remove(at: place) }
  }
}

extension DomainInformation: DomainKeyed {}
