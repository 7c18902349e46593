#include "gui/views/pictures.h"

#include "gui/models/story.h"
#include "gui/views/address_space_picture.h"
#include "gui/views/amap_picture.h"
#include "gui/views/compare_picture.h"
#include "gui/views/fault_picture.h"
#include "gui/views/memory_picture.h"
#include "gui/views/page_table_picture.h"
#include "gui/views/sharing_picture.h"
#include "gui/views/timeline_picture.h"
#include "gui/views/tree_picture.h"

namespace gui {

QStringList pictureNames() {
    return {QStringLiteral("map"),   QStringLiteral("tree"),      QStringLiteral("cow"),
            QStringLiteral("fault"), QStringLiteral("pagetable"), QStringLiteral("memory"),
            QStringLiteral("amap"),  QStringLiteral("timeline")};
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
    if (name == QStringLiteral("amap"))
        return std::make_unique<AmapPicture>();
    if (name == QStringLiteral("compare"))
        return std::make_unique<ComparePicture>();
    if (name == QStringLiteral("timeline"))
        return std::make_unique<TimelinePicture>();
    return nullptr;
}

QSizeF seriesSize(Story& story, const QString& name, const Look& look, QSizeF offered) {
    const auto picture = makePicture(name);
    const int stood = story.current();
    // What is offered more may be used, so that nothing settles before all have been asked again.
    constexpr int rounds = 3;
    for (int round = 0; picture && round < rounds; ++round) {
        const QSizeF before = offered;
        for (int i = 0; i < int(story.moments().size()); ++i) {
            story.show(i);
            picture->setState(makeViewState(story, StillFor::WholeRun));
            offered = offered.expandedTo(picture->sizeFor(look, offered));
        }
        if (offered == before)
            break;
    }
    story.show(stood);
    return offered;
}

} // namespace gui
