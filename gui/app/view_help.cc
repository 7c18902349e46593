#include "gui/app/view_help.h"

#include <vector>

namespace gui {

namespace {

struct Mark {
    const char *mark, *means;
};
struct Help {
    const char* picture;
    const char* about;
    std::vector<Mark> marks;
};

const std::vector<Mark>& common() {
    static const std::vector<Mark> marks{
        {"amber band, Δ", "this step changed it"},
        {"solid outline", "it is selected, here and in every view"},
        {"✕, long dashes, red", "it breaks an invariant; beside it what was expected and what was found"}};
    return marks;
}

const std::vector<Mark>& pages() {
    static const std::vector<Mark> marks{
        {"plain fill", "anonymous memory"},
        {"folded corner", "a file's page"},
        {"two notches at each side", "a device's page"},
        {"hatch", "read-only because of copy-on-write: the map would allow a write"},
        {"level line below r--", "read-only because the map says so"},
        {"dotted, empty", "mapped, but there is no page yet; with a dot: there is one, not entered"},
        {"dashed, ↓", "on the swap device, with its slot"},
        {"pin", "wired"},
        {"⇄", "on loan"},
        {"×2", "so many references"}};
    return marks;
}

const std::vector<Help>& helps() {
    static const std::vector<Help> all{
        {"map",
         "A row a process, all on one axis of addresses. Above the entries of its map, below the pages that "
         "the "
         "hardware has.",
         {{"folded strip", "nothing is mapped there; its size stands in it"},
          {"thick stripes", "a guard: mapped with no rights"},
          {"chip with a dashed edge", "needs-copy: the amap is copied before the first write"},
          {"second outline inside", "a fork shares it"}}},
        {"tree",
         "The red-black tree of one map. Each node stands above its entry; the number in it is maxgap, the "
         "largest gap below it.",
         {{"round ends", "a red node"},
          {"square corners", "a black node"},
          {"numbered discs", "the search for room came by, in this order"},
          {"dotted hull, cut: 4 < 8",
           "a subtree that the search left out, since no gap in it is large enough"}}},
        {"sharing",
         "A row a page, a column a process. A capsule spans all who share the page; below it what each one's "
         "next "
         "write costs.",
         {{"double edge, ×2", "so many references lead to it"},
          {"coin with c", "the next write copies the page"},
          {"coin with a dash, hollow ring", "the next write faults, and nothing is copied"}}},
        {"pagetable",
         "How the hardware finds an address: its bits, a square a table, the frame. A cell of a square is "
         "one "
         "entry of the table.",
         {{"thick edge", "the walk of the address that is looked at"},
          {"filled cell", "an entry that is present"},
          {"hatched with ✕", "entered, though the map has nothing there"}}},
        {"fault",
         "The last fault of the step in its stages. A bar is what the stage cost, in instructions.",
         {{"dotted, pale", "a stage that was not taken"},
          {"before and after", "what the fault made of the entry, the amap, the page"}}},
        {"memory",
         "All pages in the order of their queues, oldest first. What the page daemon would take next is "
         "large.",
         {{"filled square", "on the active queue"},
          {"half filled", "on the inactive queue"},
          {"outline only", "free"},
          {"dirty, used", "it was written to, or used, since it was looked at last"}}},
        {"compare",
         "This run beside another one, command by command. Equal lines are folded.",
         {{"solid", "the first difference"}, {"dashed", "what follows from it"}}},
        {"timeline",
         "A lane a process, a slice a command, as wide as its events. Below, how many anonymous pages there "
         "are.",
         {{"dashed slice", "is to come; a click runs the machine there"},
          {"flag", "a bookmark; B sets one, Shift+B goes to the next"},
          {"!", "the command ended with an error"},
          {"line with a handle", "where one stands; it can be dragged"}}},
    };
    return all;
}

QString rowsOf(const std::vector<Mark>& marks) {
    QString rows;
    for (const Mark& mark : marks)
        rows += QStringLiteral("<tr><td style=\"padding-right:16px\"><b>%1</b></td><td>%2</td></tr>")
                    .arg(QString::fromUtf8(mark.mark).toHtmlEscaped(),
                         QString::fromUtf8(mark.means).toHtmlEscaped());
    return rows;
}

} // namespace

QString viewHelp(const QString& picture) {
    for (const Help& help : helps()) {
        if (picture != QLatin1String(help.picture))
            continue;
        const bool hasPages = picture == QStringLiteral("map") || picture == QStringLiteral("sharing") ||
                              picture == QStringLiteral("fault") || picture == QStringLiteral("memory");
        return QStringLiteral("<p>%1</p><table cellspacing=\"4\">%2%3%4</table>")
            .arg(QString::fromUtf8(help.about).toHtmlEscaped(), rowsOf(help.marks),
                 hasPages ? rowsOf(pages()) : QString(), rowsOf(common()));
    }
    return {};
}

} // namespace gui
