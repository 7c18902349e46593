// docs/locking.md against the kernel: its rows against the locks in the source, and its order against the one
// that the checker was told and the one that it sees while the VM works.
#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

#include <set>
#include <tuple>

#include <machine/user_access.h>

#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_swap.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

static_assert(UVM_LOCK_ORDER, "this test is about the checked build");

namespace {

struct lock_row {
    QString name, kind, file;
    bool operator<(const lock_row& other) const {
        return std::tie(name, kind, file) < std::tie(other.name, other.kind, other.file);
    }
};

QString text_of(const QString& path) {
    QFile file(QStringLiteral(UVMSCOPE_SOURCE_DIR "/") + path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(path));
    return QString::fromUtf8(file.readAll());
}

// The cells of every table row of the page, of one section (its heading) or of all.
QList<QStringList> table_rows(const QString& section) {
    QList<QStringList> rows;
    QString heading;
    for (QString const& line : text_of("docs/locking.md").split('\n')) {
        if (line.startsWith("## "))
            heading = line.mid(3);
        if (!line.startsWith("| ") || line.startsWith("| ---") || (!section.isEmpty() && heading != section))
            continue;
        QStringList cells = line.mid(1).chopped(1).split('|');
        for (QString& cell : cells)
            cell = cell.trimmed().remove('`');
        if (cells[1] != "kind")
            rows.append(cells);
    }
    return rows;
}

std::set<lock_row> locks_of_page() {
    std::set<lock_row> locks;
    for (QStringList const& row : table_rows({}))
        locks.insert({row[0], row[1], row[2]});
    return locks;
}

// Every declaration of a lock with its name, as the source has it.
std::set<lock_row> locks_of_source() {
    static QRegularExpression const declaration(
        R"re(\b(mutex|spinlock|rwlock|condvar)\s+\w+\{"([^"]+)"\})re");
    std::set<lock_row> locks;
    QDir const root(UVMSCOPE_SOURCE_DIR);
    QDirIterator files(root.filePath("kernel"), {"*.h", "*.cc"}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QString const path = root.relativeFilePath(files.next());
        for (auto found = declaration.globalMatch(text_of(path)); found.hasNext();) {
            QRegularExpressionMatch const match = found.next();
            locks.insert({match.captured(2), match.captured(1), path});
        }
    }
    return locks;
}

QString missing(const std::set<lock_row>& from, const std::set<lock_row>& wanted) {
    QStringList list;
    for (lock_row const& lock : wanted)
        if (!from.contains(lock))
            list.append(QString("%1 \"%2\" in %3").arg(lock.kind, lock.name, lock.file));
    return list.join(", ");
}

QStringList order_of_page() {
    QStringList names;
    for (QStringList const& row : table_rows("The order"))
        names.append(row[0]);
    return names;
}

bool before(const QString& outer, const QString& inner) {
    return lock_order::comes_before(qPrintable(outer), qPrintable(inner));
}

constexpr uint32_t area_pages = 48;
constexpr vaddr_t area{0x100000};

void map_area(vmspace& vm, vaddr_t at, uvm_object* obj) {
    uvm_mapping const mapping{.prot = vm_prot_t::read | vm_prot_t::write,
                              .max = vm_prot_t::all,
                              .flags = obj ? uvm_flag::fixed : uvm_flag::fixed | uvm_flag::copyonw};
    errno_t const error = uvm_map(vm.vm_map, at, pages(area_pages), obj, obj ? voff_t(0) : uvm_unknown_offset,
                                  vsize_t(0), mapping);
    QCOMPARE(error, errno_t::ok);
}

void write_area(vmspace& vm, vaddr_t at, std::byte value) {
    for (uint32_t i = 0; i < area_pages; ++i)
        QCOMPARE(machine::user_write(vm, at + pages(i), std::span(&value, 1)), errno_t::ok);
}

// Anonymous memory and an anonymous object, together three times what there is memory for, written by a
// parent and its child: faults, copies, pages out and in again, and everything taken down.
void work() {
    uvm_blockdev* const disk = uvm_ramdisk_create(8 * area_pages);
    QCOMPARE(uvm_swap_add(*disk), errno_t::ok);
    uvm_page_limit(area_pages);
    vmspace* const parent = uvmspace_alloc(vaddr_t(0x1000), vaddr_t(0x1000000), vmspace_direction::bottom_up);
    vaddr_t const shared = area + pages(2 * area_pages);
    map_area(*parent, area, nullptr);
    map_area(*parent, shared, uao_create(pages(area_pages).value, "a"));
    write_area(*parent, area, std::byte(1));
    write_area(*parent, shared, std::byte(2));
    vmspace* const child = uvmspace_fork(*parent);
    QVERIFY(child);
    write_area(*child, area, std::byte(3));
    write_area(*parent, area, std::byte(4));
    write_area(*parent, shared, std::byte(5));
    QVERIFY(uao_count_slots().slots > 0);
    QCOMPARE(uvm_unmap(parent->vm_map, area, area + pages(area_pages)), errno_t::ok);
    uvmspace_free(*child);
    uvmspace_free(*parent);
    uvm_page_limit(0);
    uvm_ramdisk_destroy(*uvm_swap_remove());
}

} // namespace

class LockingDocTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(16u << 20)); }

    void every_lock_of_the_kernel_has_its_row() {
        QVERIFY(!locks_of_source().empty());
        QCOMPARE(missing(locks_of_page(), locks_of_source()), QString());
    }
    void every_row_has_its_lock() {
        QVERIFY(!locks_of_page().empty());
        QCOMPARE(missing(locks_of_source(), locks_of_page()), QString());
    }
    void a_tag_is_one_that_guards_fields_there() {
        uint32_t tags = 0;
        for (QStringList const& row : table_rows("The order")) {
            if (row[3].isEmpty())
                continue;
            ++tags;
            // The page tables' tag stands where the structures are, which the lock's own header includes.
            QString const file = row[0] == "page tables" ? QString("kernel/arch/x86/pmap_types.h") : row[2];
            QString const text = text_of(file), tag = "[" + row[3] + "]";
            QVERIFY2(QRegularExpression("// Field tags:(.*\n)?.*" + QRegularExpression::escape(tag))
                         .match(text)
                         .hasMatch(),
                     qPrintable(tag + " is not explained in " + file));
            QVERIFY2(text.contains("// " + tag), qPrintable(tag + " guards nothing in " + file));
        }
        QVERIFY(tags > 0);
    }
    void the_declared_order_is_the_order_of_the_rows() {
        QStringList const rows = order_of_page();
        qsizetype at = -1;
        for (const char* name : lock_order::declared()) {
            qsizetype const here = rows.indexOf(QString(name));
            QVERIFY2(here >= 0, name);
            QVERIFY2(here > at, name);
            at = here;
        }
    }
    void what_was_seen_goes_nowhere_against_the_rows() {
        work();
        QStringList const rows = order_of_page();
        for (qsizetype inner = 0; inner < rows.size(); ++inner)
            for (qsizetype outer = inner + 1; outer < rows.size(); ++outer)
                QVERIFY2(!before(rows[outer], rows[inner]),
                         qPrintable(QString("\"%1\" is taken before \"%2\"").arg(rows[outer], rows[inner])));
        // What is not declared was seen where the drawing has it, so the work above was not for nothing.
        QVERIFY(before("page daemon", "object"));
        QVERIFY(before("anonymous objects", "object"));
        QVERIFY(before("anon", "swap"));
    }
};

QTEST_GUILESS_MAIN(LockingDocTest)
#include "locking_doc_test.moc"
