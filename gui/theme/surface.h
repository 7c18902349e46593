// Where a picture goes: a QPainter (screen, PNG, PDF) or an SVG document. Shapes and texts only, in final
// colours.
#pragma once

#include <QByteArray>
#include <QColor>
#include <QFont>
#include <QPainterPath>
#include <QRectF>
#include <QString>
#include <QVector>

class QPainter;

namespace gui {

enum class Align : uint8_t { Left, Center, Right };

struct ShapeStyle {
    QColor fill;          // invalid: not filled
    QColor line;          // invalid: no outline
    double width = 1;     // of the outline, in pixels
    QVector<double> dash; // lengths in pixels, empty: solid
    bool roundCap = false;
};

struct TextItem {
    QPointF at; // on the base line
    QString text;
    QFont font;
    QColor color;
    Align align = Align::Left;
    double rotation = 0; // degrees about `at`
};

class Surface {
public:
    virtual ~Surface() = default;
    virtual void shape(const QPainterPath& path, const ShapeStyle& style) = 0;
    virtual void text(const TextItem& item) = 0;
    // What is drawn between the two belongs to the thing `id`, which is called `title`.
    virtual void begin(const QString& id, const QString& title) = 0;
    virtual void end() = 0;
};

class PainterSurface : public Surface {
public:
    explicit PainterSurface(QPainter& painter) : m_painter(painter) {}
    void shape(const QPainterPath& path, const ShapeStyle& style) override;
    void text(const TextItem& item) override;
    void begin(const QString&, const QString&) override {}
    void end() override {}

private:
    QPainter& m_painter;
};

// Draws nothing: for a picture that is only described.
class NullSurface : public Surface {
public:
    void shape(const QPainterPath&, const ShapeStyle&) override {}
    void text(const TextItem&) override {}
    void begin(const QString&, const QString&) override {}
    void end() override {}
};

// Text stays text, hatches are paths, each thing is a group with its id and a title; same input, same bytes.
class SvgSurface : public Surface {
public:
    void shape(const QPainterPath& path, const ShapeStyle& style) override;
    void text(const TextItem& item) override;
    void begin(const QString& id, const QString& title) override;
    void end() override;
    // The whole document.
    QByteArray document(QSizeF size, const QString& title, const QString& description) const;

private:
    QByteArray m_body;
    int m_depth = 0;
};

// A tikzpicture to be \input into a document that has the package tikz; pdflatex and its like take it. Text
// is the document's text, in its sans serif and typewriter faces at the sizes of the picture; same input,
// same bytes. A pixel is 0.75 bp, as in the PDF.
class TikzSurface : public Surface {
public:
    void shape(const QPainterPath& path, const ShapeStyle& style) override;
    void text(const TextItem& item) override;
    void begin(const QString& id, const QString& title) override;
    void end() override;
    QByteArray document(QSizeF size, const QString& title, const QString& description) const;

private:
    QByteArray m_body;
};

} // namespace gui
