// A table from pointers to numbers: the transcript's a1, n1, … and the counts of `check`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace uvm {

// A well-mixed number for a pointer; all 32 bits are good.
[[nodiscard]] uint32_t pointer_hash(const void* key);

// Open addressing, at most three quarters full. The first places lie in the table itself, so that a small
// listing takes no memory from the machine that it lists. Whoever owns a table clears it at the end.
class pointer_table {
public:
    struct place {
        const void* key; // null: free
        uint32_t number;
    };

    constexpr pointer_table() = default;
    pointer_table(const pointer_table&) = delete;
    pointer_table& operator=(const pointer_table&) = delete;

    // The number that belongs to `key`, 0 when the key is new; null when there is no memory for it.
    [[nodiscard]] uint32_t* find_or_add(const void* key);
    // The same without ever taking memory: null when the places at hand are used up.
    [[nodiscard]] uint32_t* find_or_add_in_place(const void* key);
    [[nodiscard]] uint32_t size() const { return used_; }
    // Forgets everything and gives memory back.
    void clear();

    // Calls f(key, number) for each key, in no particular order, until it returns false. True when all were
    // visited.
    template <class F>
    bool for_each(F&& f) const {
        for (uint32_t i = 0; i < capacity_; ++i)
            if (places_[i].key && !f(places_[i].key, places_[i].number))
                return false;
        return true;
    }

private:
    static constexpr uint32_t built_in = 512; // a power of two
    place* search(const void* key) const;
    [[nodiscard]] bool is_full() const { return used_ >= capacity_ / 4 * 3; }
    uint32_t* add(place& here, const void* key);
    bool grow();

    place first_[built_in]{};
    place* places_{first_};
    uint32_t capacity_{built_in};
    uint32_t used_{};
};

} // namespace uvm
