// Lines of text as a picture, so that the list of events and the console are exported like every other view.
#pragma once

#include <QStringList>

#include "gui/views/picture.h"

namespace gui {

class TextPicture : public Picture {
public:
    // `name` names files. Lines are drawn in the fixed face, one below the other.
    TextPicture(const QString& name, const QString& title, const QStringList& lines)
        : m_name(name), m_title(title), m_lines(lines) {}

    QString name() const override { return m_name; }
    QString title() const override { return m_title; }
    QString note() const override { return {}; }
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    QString m_name, m_title;
    QStringList m_lines;
};

} // namespace gui
