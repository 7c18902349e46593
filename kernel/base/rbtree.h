// Intrusive red-black tree with an augmentation policy.
//
// The tree owns nothing and allocates nothing: nodes are embedded in the objects. A policy A supplies
//     static bool A::update(T& node)   recompute the node's summary from the node itself and its children;
//                                      true when the stored summary changed
// and the tree calls it for every node whose subtree changed: bottom-up after insert and erase, and for the
// two nodes that a rotation exchanges. A::rotated(T& up, T& down) is called after each rotation (probes; may
// be empty). The caller decides where a node goes, so the tree knows no order.
//
// Idea: Cormen, Leiserson, Rivest, Stein, "Introduction to Algorithms", ch. 13 and 14 (augmenting
// structures). Cost: insert and erase O(log n) and at most three rotations; update calls O(log n).
#pragma once

#include <cstdint>

namespace uvm {

enum class rb_color : uint8_t { red, black };

template <class T>
struct rb_node {
    T* parent{};
    T* left{};
    T* right{};
    rb_color color{rb_color::red};
};

// Policy for a tree that keeps no summary.
struct rb_no_augment {
    template <class T>
    static constexpr bool update(T&) {
        return false;
    }
    template <class T>
    static constexpr void rotated(T&, T&) {}
};

template <class T, rb_node<T> T::*Link, class Augment = rb_no_augment>
class rb_tree {
public:
    T* root{};

    static rb_node<T>& link(T& node) { return node.*Link; }
    [[nodiscard]] bool empty() const { return root == nullptr; }

    // The lowest / highest node of the subtree at `node`; null for null.
    static T* lowest(T* node) {
        while (node && link(*node).left)
            node = link(*node).left;
        return node;
    }
    static T* highest(T* node) {
        while (node && link(*node).right)
            node = link(*node).right;
        return node;
    }
    // In-order neighbours; null at either end.
    static T* next(T& node) {
        if (link(node).right)
            return lowest(link(node).right);
        T* at = &node;
        T* up = link(node).parent;
        while (up && link(*up).right == at) {
            at = up;
            up = link(*up).parent;
        }
        return up;
    }
    static T* prev(T& node) {
        if (link(node).left)
            return highest(link(node).left);
        T* at = &node;
        T* up = link(node).parent;
        while (up && link(*up).left == at) {
            at = up;
            up = link(*up).parent;
        }
        return up;
    }

    enum class side : uint8_t { left, right };

    // Puts `node` below `parent` on a side that is free (parent null: the tree is empty) and rebalances.
    void insert(T& node, T* parent, side where) {
        link(node) = {parent, nullptr, nullptr, rb_color::red};
        if (!parent)
            root = &node;
        else if (where == side::left)
            link(*parent).left = &node;
        else
            link(*parent).right = &node;
        Augment::update(node);
        propagate(parent);
        rebalance_after_insert(&node);
    }

    // Takes `node` out and rebalances. The node's own link fields are cleared.
    void erase(T& node) {
        T* child;
        T* parent;
        rb_color removed;
        if (link(node).left && link(node).right) {
            // The in-order successor moves into the node's place and takes its colour.
            T* heir = lowest(link(node).right);
            removed = link(*heir).color;
            child = link(*heir).right;
            parent = link(*heir).parent;
            if (parent == &node) {
                parent = heir;
            } else {
                set_child(*parent, *heir, child);
                if (child)
                    link(*child).parent = parent;
                link(*heir).right = link(node).right;
                link(*link(node).right).parent = heir;
            }
            replace_in_parent(node, heir);
            link(*heir).left = link(node).left;
            link(*link(node).left).parent = heir;
            link(*heir).color = link(node).color;
            // Two paths changed: below where the heir was, and from the heir upwards. The first ends in the
            // second, so one walk from the deeper end repairs both; it must not stop before the heir.
            for (T* at = parent; at != heir; at = link(*at).parent)
                Augment::update(*at);
            Augment::update(*heir);
            propagate(link(*heir).parent);
        } else {
            removed = link(node).color;
            child = link(node).left ? link(node).left : link(node).right;
            parent = link(node).parent;
            replace_in_parent(node, child);
            propagate(parent);
        }
        if (removed == rb_color::black)
            rebalance_after_erase(child, parent);
        link(node) = {};
    }

    // Recomputes summaries from `node` towards the root until one does not change.
    static void propagate(T* node) {
        while (node && Augment::update(*node))
            node = link(*node).parent;
    }

    // Makes this (empty) tree the perfectly balanced tree over a list in order. `count` nodes; `take` returns
    // the next one each time it is called. Cost: O(count), against O(n log n) for single inserts.
    template <class Take>
    void build(uint32_t count, Take&& take) {
        uint32_t depth = 0;
        while ((uint64_t{2} << depth) <= uint64_t{count} + 1)
            ++depth; // nodes on levels below `depth` fill their level; those on it are red
        root = build_subtree(count, depth, take);
        if (root) {
            link(*root).parent = nullptr;
            link(*root).color = rb_color::black;
        }
    }

private:
    static rb_color color_of(T* node) { return node ? link(*node).color : rb_color::black; }

    template <class Take>
    static T* build_subtree(uint32_t count, uint32_t levels_left, Take& take) {
        if (count == 0)
            return nullptr;
        T* left = build_subtree((count - 1) / 2, levels_left - 1, take);
        T& node = take();
        T* right = build_subtree(count - 1 - (count - 1) / 2, levels_left - 1, take);
        link(node) = {nullptr, left, right, levels_left == 0 ? rb_color::red : rb_color::black};
        if (left)
            link(*left).parent = &node;
        if (right)
            link(*right).parent = &node;
        Augment::update(node);
        return &node;
    }

    static void set_child(T& parent, T& old_child, T* new_child) {
        if (link(parent).left == &old_child)
            link(parent).left = new_child;
        else
            link(parent).right = new_child;
    }
    void replace_in_parent(T& node, T* by) {
        T* parent = link(node).parent;
        if (by)
            link(*by).parent = parent;
        if (!parent)
            root = by;
        else
            set_child(*parent, node, by);
    }

    // `up` is a child of `down`; they exchange places. Out of line: in line at its many places it took
    // registers from insert and erase, where most have nothing to rotate, and exit cost 5 % more.
    [[gnu::noinline]] void rotate(T& down, T& up) {
        if (link(down).right == &up) {
            link(down).right = link(up).left;
            if (link(up).left)
                link(*link(up).left).parent = &down;
            replace_in_parent(down, &up);
            link(up).left = &down;
        } else {
            link(down).left = link(up).right;
            if (link(up).right)
                link(*link(up).right).parent = &down;
            replace_in_parent(down, &up);
            link(up).right = &down;
        }
        link(down).parent = &up;
        // The pair covers the same nodes as before, so nothing above them changes.
        Augment::update(down);
        Augment::update(up);
        Augment::rotated(up, down);
    }

    void rebalance_after_insert(T* node) {
        while (true) {
            T* parent = link(*node).parent;
            if (!parent) {
                link(*node).color = rb_color::black;
                return;
            }
            if (link(*parent).color == rb_color::black)
                return;
            T* grand = link(*parent).parent; // exists: a red parent is not the root
            T* uncle = link(*grand).left == parent ? link(*grand).right : link(*grand).left;
            if (color_of(uncle) == rb_color::red) {
                link(*parent).color = rb_color::black;
                link(*uncle).color = rb_color::black;
                link(*grand).color = rb_color::red;
                node = grand;
                continue;
            }
            bool const inner = (link(*grand).left == parent) != (link(*parent).left == node);
            if (inner) {
                rotate(*parent, *node);
                parent = node;
            }
            link(*parent).color = rb_color::black;
            link(*grand).color = rb_color::red;
            rotate(*grand, *parent);
            return;
        }
    }

    // The path through `node` (maybe null) below `parent` lacks one black node.
    void rebalance_after_erase(T* node, T* parent) {
        while (parent && color_of(node) == rb_color::black) {
            bool const is_left = link(*parent).left == node;
            T* sibling = is_left ? link(*parent).right : link(*parent).left;
            if (color_of(sibling) == rb_color::red) {
                link(*sibling).color = rb_color::black;
                link(*parent).color = rb_color::red;
                rotate(*parent, *sibling);
                sibling = is_left ? link(*parent).right : link(*parent).left;
            }
            T* near = is_left ? link(*sibling).left : link(*sibling).right;
            T* far = is_left ? link(*sibling).right : link(*sibling).left;
            if (color_of(near) == rb_color::black && color_of(far) == rb_color::black) {
                link(*sibling).color = rb_color::red;
                node = parent;
                parent = link(*node).parent;
                continue;
            }
            if (color_of(far) == rb_color::black) {
                link(*near).color = rb_color::black;
                link(*sibling).color = rb_color::red;
                rotate(*sibling, *near);
                far = sibling;
                sibling = near;
            }
            link(*sibling).color = link(*parent).color;
            link(*parent).color = rb_color::black;
            link(*far).color = rb_color::black;
            rotate(*parent, *sibling);
            return;
        }
        if (node)
            link(*node).color = rb_color::black;
    }
};

} // namespace uvm
