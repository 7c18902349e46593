#include <csignal>
#include <sys/resource.h>

#include <QTest>

#include <QImage>
#include <QSet>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include "tests/gui/picture_support.h"

using namespace testsupport;

namespace {

constexpr QSizeF slide{1600, 900}, half{760, 820}, dock{578, 356}, wide{988, 634};

} // namespace

class ExportPictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        m_story = storyOfFile(QStringLiteral("fork-cow.uvm"));
        m_story->show(int(m_story->moments().size()) - 4);
    }

    void pictures_data() {
        QTest::addColumn<QString>("picture");
        for (const QString& name : gui::pictureNames())
            QTest::newRow(qPrintable(name)) << name;
    }

    void namesMakePictures() {
        for (const QString& name : gui::pictureNames())
            QVERIFY(gui::makePicture(name));
        QCOMPARE(gui::makePicture(QStringLiteral("cow"))->name(), QStringLiteral("sharing"));
        QVERIFY(gui::makePicture(QStringLiteral("sharing")));
        QVERIFY(!gui::makePicture(QStringLiteral("nonsense")));
    }

    void svgIsTheSameTwice_data() { pictures_data(); }
    void svgIsTheSameTwice() {
        QFETCH(QString, picture);
        const QByteArray first = gui::toSvg(*pictureOf(*m_story, picture), exportLook(), slide);
        QCOMPARE(gui::toSvg(*pictureOf(*m_story, picture), exportLook(), slide), first);
    }

    void svgIsWellFormedAndEveryIdIsUnique() {
        for (const QString& scenario : scenarioNames()) {
            const auto story = storyOfFile(scenario);
            for (const QString& name : gui::pictureNames()) {
                QXmlStreamReader xml(gui::toSvg(*pictureOf(*story, name), exportLook(), slide));
                QSet<QString> ids;
                while (!xml.atEnd()) {
                    if (xml.readNext() != QXmlStreamReader::StartElement ||
                        !xml.attributes().hasAttribute(QStringLiteral("id")))
                        continue;
                    const QString id = xml.attributes().value(QStringLiteral("id")).toString();
                    QVERIFY2(!ids.contains(id), qPrintable(scenario + u' ' + name + u' ' + id));
                    QVERIFY2(!id.contains(u' '), qPrintable(id));
                    ids.insert(id);
                }
                QVERIFY2(!xml.hasError(), qPrintable(scenario + u' ' + xml.errorString()));
            }
        }
    }

    void textStaysText() {
        const QByteArray svg = gui::toSvg(*pictureOf(*m_story, QStringLiteral("cow")), exportLook(), slide);
        QVERIFY(svg.contains(">parent</text>"));
        QVERIFY(svg.contains("font-family=\"DejaVu Sans"));
        QVERIFY(svg.contains("copies 4 kB</text>"));
        QVERIFY(!svg.contains("<image"));
    }

    void theSentenceIsTheDescription() {
        const auto picture = pictureOf(*m_story, QStringLiteral("map"));
        QVERIFY(!picture->state().sentence.isEmpty());
        const QByteArray svg = gui::toSvg(*picture, exportLook(), slide);
        QVERIFY(svg.contains("<desc>" + picture->state().sentence.toHtmlEscaped().toUtf8()));
    }

    void filesAreWritten_data() { pictures_data(); }
    void filesAreWritten() {
        QFETCH(QString, picture);
        const auto drawn = pictureOf(*m_story, picture);
        for (const gui::ThemeName theme : gui::allThemes) {
            const gui::Look look = exportLook(theme);
            const QString base = m_folder.filePath(picture + gui::themeName(theme));
            QCOMPARE(gui::exportPicture(*drawn, look, half, base + QStringLiteral(".pdf")), QString());
            QFile pdf(base + QStringLiteral(".pdf"));
            QVERIFY(pdf.open(QIODevice::ReadOnly));
            QVERIFY(pdf.read(5) == "%PDF-" && pdf.size() > 3000);
            QCOMPARE(gui::exportPicture(*drawn, look, half, base + QStringLiteral(".png")), QString());
            const QImage png(base + QStringLiteral(".png"));
            QCOMPARE(png.size(), (drawn->sizeFor(look, half) * 2).toSize());
            QCOMPARE(png.pixelColor(2, 2), look.palette()[gui::Role::Panel]);
            QVERIFY(!png.text(QStringLiteral("Description")).isEmpty());
            QCOMPARE(gui::exportPicture(*drawn, look, half, base + QStringLiteral(".svg")), QString());
        }
        QVERIFY(gui::exportPicture(*drawn, exportLook(), half, m_folder.filePath(QStringLiteral("x.gif")))
                    .contains(QStringLiteral(".svg")));
        QVERIFY(!gui::exportPicture(*drawn, exportLook(), half, QStringLiteral("/nowhere/x.pdf")).isEmpty());
    }

    // As on a full disk: the reason is told, and what stood there before still does.
    void aFileThatCannotBeWrittenWholeIsNotTouched() {
        const auto drawn = pictureOf(*m_story, QStringLiteral("map"));
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        auto* const oldAction = signal(SIGXFSZ, SIG_IGN);
        for (const char* suffix : {".svg", ".pdf", ".png"}) {
            const QString path = m_folder.filePath(QStringLiteral("kept") + QLatin1String(suffix));
            QFile old(path);
            QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
            old.close();
            const rlimit small{4096, before.rlim_max};
            setrlimit(RLIMIT_FSIZE, &small);
            const QString problem = gui::exportPicture(*drawn, exportLook(), half, path);
            setrlimit(RLIMIT_FSIZE, &before);
            QVERIFY2(problem.contains(QStringLiteral("cannot write")), suffix);
            QVERIFY(old.open(QIODevice::ReadOnly));
            QCOMPARE(old.readAll(), QByteArray("old"));
        }
        signal(SIGXFSZ, oldAction);
    }

    void noWordStandsOnAnother_data() {
        QTest::addColumn<QString>("scenario");
        for (const QString& scenario : scenarioNames())
            QTest::newRow(qPrintable(scenario)) << scenario;
    }
    void noWordStandsOnAnother() {
        QFETCH(QString, scenario);
        const auto story = storyOfFile(scenario);
        QStringList bad;
        for (int i = 0; i < int(story->moments().size()); ++i) {
            story->show(i);
            for (const QString& name : gui::pictureNames())
                for (const gui::ThemeName theme : {gui::ThemeName::Light, gui::ThemeName::Projector})
                    for (QSizeF size : {slide, half, dock, wide}) {
                        const auto picture = pictureOf(*story, name);
                        for (const QString& line : badWords(*picture, exportLook(theme), size))
                            bad << QStringLiteral("%1 at %2, %3, %4: %5")
                                       .arg(name)
                                       .arg(i)
                                       .arg(gui::themeName(theme))
                                       .arg(size.width())
                                       .arg(line);
                    }
        }
        QVERIFY2(bad.isEmpty(), qPrintable(bad.mid(0, 25).join(u'\n')));
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<gui::Story> m_story;
};

QTEST_MAIN(ExportPictureTest)
#include "export_picture_test.moc"
