#include "kernel/scenario/objects.h"

namespace uvm {

uvm_object* named_objects::find(std::string_view name) const {
    for (uint32_t i = 0; i < count_; ++i)
        if (table_[i].name == name)
            return table_[i].obj;
    return nullptr;
}

std::string_view named_objects::name_of(const uvm_object& obj) const {
    for (uint32_t i = 0; i < count_; ++i)
        if (table_[i].obj == &obj)
            return table_[i].name;
    return {};
}

void named_objects::add(std::string_view name, uvm_object& obj) {
    kassert(!full(), "named_objects: full");
    named& place = table_[count_++];
    place = {};
    name.substr(0, sizeof place.name - 1).copy(place.name, sizeof place.name - 1);
    place.obj = &obj;
}

void named_objects::clear() {
    while (count_ > 0) {
        uvm_object& obj = *table_[--count_].obj;
        obj.pgops->detach(obj);
    }
}

} // namespace uvm
