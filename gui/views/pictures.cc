#include "gui/views/pictures.h"

#include "gui/views/address_space_picture.h"
#include "gui/views/compare_picture.h"
#include "gui/views/fault_picture.h"
#include "gui/views/memory_picture.h"
#include "gui/views/page_table_picture.h"
#include "gui/views/sharing_picture.h"
#include "gui/views/timeline_picture.h"
#include "gui/views/tree_picture.h"

namespace gui {

QStringList pictureNames() {
    return {QStringLiteral("map"),     QStringLiteral("tree"),      QStringLiteral("cow"),
            QStringLiteral("fault"),   QStringLiteral("pagetable"), QStringLiteral("memory"),
            QStringLiteral("timeline")};
}

std::unique_ptr<Picture> makePicture(const QString& name) {
    if (name == QStringLiteral("map"))
        return std::make_unique<AddressSpacePicture>();
    if (name == QStringLiteral("tree"))
        return std::make_unique<TreePicture>();
    if (name == QStringLiteral("cow") || name == QStringLiteral("sharing"))
        return std::make_unique<SharingPicture>();
    if (name == QStringLiteral("fault"))
        return std::make_unique<FaultPicture>();
    if (name == QStringLiteral("pagetable"))
        return std::make_unique<PageTablePicture>();
    if (name == QStringLiteral("memory"))
        return std::make_unique<MemoryPicture>();
    if (name == QStringLiteral("compare"))
        return std::make_unique<ComparePicture>();
    if (name == QStringLiteral("timeline"))
        return std::make_unique<TimelinePicture>();
    return nullptr;
}

} // namespace gui
