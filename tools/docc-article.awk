# Turns an article of docs/ into DocC's form: links between articles, and to headings, by DocC's names for them.
#
#   awk -f tools/docc-article.awk -v page=NAME HEADINGS... - <ARTICLE
#
# HEADINGS are all articles, whose headings may be linked to.

# A heading's anchor as GitHub has it.
function anchor(title) {
  title = tolower(title)
  gsub(/[^a-z0-9 _-]/, "", title)
  gsub(/ /, "-", title)
  return title
}

# A heading's fragment as DocC has it: no punctuation, and a dash for white space.
function fragment(title) {
  gsub(/[[:space:]-]+/, "-", title)
  gsub(/[^A-Za-z0-9-]/, "", title)
  return title
}

function file_page(path) {
  sub(/.*\//, "", path)
  sub(/\.md$/, "", path)
  return path
}

FNR == 1 { fenced = 0 }
/^```/ { fenced = !fenced }

FILENAME != "-" {
  if (!fenced && match($0, /^#+ /)) {
    title = substr($0, RLENGTH + 1)
    fragments[file_page(FILENAME) "#" anchor(title)] = fragment(title)
  }
  next
}

fenced { print; next }

{
  line = ""
  rest = $0
  while (match(rest, /\]\(([a-z0-9-]+\.md)?(#[A-Za-z0-9_-]+)?\)/)) {
    target = substr(rest, RSTART + 2, RLENGTH - 3)
    line = line substr(rest, 1, RSTART)
    rest = substr(rest, RSTART + RLENGTH)
    place = ""
    name = target
    if ((i = index(target, "#")) > 0) {
      place = substr(target, i + 1)
      name = substr(target, 1, i - 1)
    }
    sub(/\.md$/, "", name)
    if (name == "") name = page
    if (place != "") {
      if (!((name "#" place) in fragments)) {
        print "docc-article.awk: " page ": no heading for " target > "/dev/stderr"
        exit 1
      }
      place = "#" fragments[name "#" place]
    }
    line = line "(doc:" name place ")"
  }
  print line rest
}
