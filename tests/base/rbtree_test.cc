// The red-black tree against a sorted vector, over random sequences; its rules and summaries after each step.
#include <QObject>
#include <QString>
#include <QTest>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "kernel/base/rbtree.h"

namespace {

struct node {
    int key{};
    int largest{}; // of the keys in the subtree
    uvm::rb_node<node> rb;
};
struct largest_key {
    static bool update(node& n);
    static void rotated(node&, node&) {}
};
using tree_t = uvm::rb_tree<node, &node::rb, largest_key>;
bool largest_key::update(node& n) {
    int largest = n.key;
    for (node const* child : {n.rb.left, n.rb.right})
        if (child)
            largest = std::max(largest, child->largest);
    return std::exchange(n.largest, largest) != largest;
}

// Judges the whole tree; the black height, or -1 with a reason in *why.
int judge(node const* n, node const* parent, QString* why) {
    if (!n)
        return 0;
    if (n->rb.parent != parent)
        *why = QString("parent of %1").arg(n->key);
    bool const red = n->rb.color == uvm::rb_color::red;
    if (red && parent && parent->rb.color == uvm::rb_color::red)
        *why = QString("red %1 below red").arg(n->key);
    int largest = n->key;
    for (node const* child : {n->rb.left, n->rb.right})
        if (child)
            largest = std::max(largest, child->largest);
    int const left = judge(n->rb.left, n, why);
    int const right = judge(n->rb.right, n, why);
    if (left != right)
        *why = QString("black heights %1 and %2 at %3").arg(left).arg(right).arg(n->key);
    if (n->largest != largest)
        *why = QString("summary of %1: expected %2, found %3").arg(n->key).arg(largest).arg(n->largest);
    return left + (red ? 0 : 1);
}

QString judge(tree_t const& tree, std::vector<node*> const& expected) {
    QString why;
    judge(tree.root, nullptr, &why);
    if (tree.root && tree.root->rb.color == uvm::rb_color::red)
        why = "red root";
    std::vector<node*> found;
    for (node* n = tree_t::lowest(tree.root); n; n = tree_t::next(*n))
        found.push_back(n);
    if (found != expected)
        why = "order forwards";
    found.clear();
    for (node* n = tree_t::highest(tree.root); n; n = tree_t::prev(*n))
        found.insert(found.begin(), n);
    if (found != expected)
        why = "order backwards";
    return why;
}

void insert(tree_t& tree, node& n) {
    node* parent = nullptr;
    auto where = tree_t::side::left;
    for (node* at = tree.root; at;) {
        parent = at;
        where = n.key < at->key ? tree_t::side::left : tree_t::side::right;
        at = where == tree_t::side::left ? at->rb.left : at->rb.right;
    }
    tree.insert(n, parent, where);
}

} // namespace

class RbTreeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void random_inserts_and_erases_keep_rules_order_and_summaries() {
        for (unsigned seed = 0; seed < 60; ++seed) {
            std::mt19937 random(seed);
            std::deque<node> pool;
            std::vector<node*> model;
            tree_t tree;
            for (int step = 0; step < 400; ++step) {
                bool const grow = model.empty() || random() % 100 < (step < 250 ? 65u : 30u);
                if (grow) {
                    node& n = pool.emplace_back();
                    n.key = int(random() % 1000000);
                    auto place = std::upper_bound(model.begin(), model.end(), n.key,
                                                  [](int key, node* b) { return key < b->key; });
                    model.insert(place, &n);
                    insert(tree, n);
                } else {
                    size_t const victim = random() % model.size();
                    tree.erase(*model[victim]);
                    model.erase(model.begin() + ptrdiff_t(victim));
                }
                QString const why = judge(tree, model);
                QVERIFY2(why.isEmpty(),
                         qPrintable(QString("seed %1 step %2: %3").arg(seed).arg(step).arg(why)));
            }
        }
    }
    void build_from_a_sorted_list_keeps_the_rules_for_every_size() {
        for (uint32_t count = 0; count < 300; ++count) {
            std::deque<node> pool;
            std::vector<node*> model;
            for (uint32_t i = 0; i < count; ++i) {
                pool.emplace_back().key = int(i);
                model.push_back(&pool.back());
            }
            tree_t tree;
            size_t taken = 0;
            tree.build(count, [&]() -> node& { return *model[taken++]; });
            QString const why = judge(tree, model);
            QVERIFY2(why.isEmpty(), qPrintable(QString("%1 nodes: %2").arg(count).arg(why)));
        }
    }
};
QTEST_GUILESS_MAIN(RbTreeTest)
#include "rbtree_test.moc"
