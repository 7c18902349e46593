#include <csignal>
#include <sys/resource.h>

#include <QTest>

#include <QHashFunctions>
#include <QImage>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include "gui/views/dot.h"
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

    // Qt writes the time into a PDF, and fonts in the order of a hash that has a seed of its own in each
    // process.
    void pdfIsTheSameWheneverItIsWritten_data() { pictures_data(); }
    void pdfIsTheSameWheneverItIsWritten() {
        QFETCH(QString, picture);
        QByteArray first;
        for (int i = 0; i < 4; ++i) {
            QHashSeed::resetRandomGlobalSeed();
            const QByteArray pdf = gui::toPdf(*pictureOf(*m_story, picture), exportLook(), slide);
            QVERIFY(pdf.contains("/CreationDate (D:20000101000000"));
            if (i == 0)
                first = pdf;
            QVERIFY(pdf == first);
        }
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

    // Frames of a series: one size for all, and what is in two of them is in the same place.
    void aSeriesStandsStill_data() {
        QTest::addColumn<QString>("picture");
        // What moves because the kernel moved it, or because it is about another thing in each step.
        QTest::addColumn<QString>("mayMove");
        QTest::newRow("map") << QStringLiteral("map") << QStringLiteral("^(chip|entry|gap)");
        QTest::newRow("tree") << QStringLiteral("tree") << QStringLiteral("^(node|cut|race|gap|wrong)");
        QTest::newRow("cow") << QStringLiteral("cow") << QStringLiteral("^(anon|object|cost|backing|sum)");
        QTest::newRow("amap") << QStringLiteral("amap") << QStringLiteral("^window");
        QTest::newRow("memory") << QStringLiteral("memory")
                                << QStringLiteral("^(next|swap-|free|inactive-|active-|wired-)");
        QTest::newRow("timeline") << QStringLiteral("timeline")
                                  << QStringLiteral("^(head|now|counter|slice)");
        QTest::newRow("fault") << QStringLiteral("fault") << QStringLiteral(".");
        QTest::newRow("pagetable") << QStringLiteral("pagetable") << QStringLiteral(".");
    }
    void aSeriesStandsStill() {
        QFETCH(QString, picture);
        QFETCH(QString, mayMove);
        const QRegularExpression moves(mayMove);
        for (const char* scenario :
             {"fork-cow.uvm", "three-generations.uvm", "holes-and-gaps.uvm", "memory-pressure.uvm"}) {
            const auto story = storyOfFile(QLatin1String(scenario));
            const QSizeF size = gui::seriesSize(*story, picture, exportLook(), half);
            QHash<QString, QRectF> places;
            for (int i = 1; i < int(story->moments().size()); ++i) {
                story->show(i);
                const auto drawn = pictureOf(*story, picture, gui::StillFor::WholeRun);
                QVERIFY2(drawn->sizeFor(exportLook(), size) == size, scenario);
                for (const auto& item : itemsOf(*drawn, exportLook(), size)) {
                    if (moves.match(item.id).hasMatch())
                        continue;
                    const auto known = places.find(item.id);
                    QVERIFY2(known == places.end() || known->topLeft() == item.rect.topLeft(),
                             qPrintable(QStringLiteral("%1, moment %2: %3")
                                            .arg(QLatin1String(scenario))
                                            .arg(i)
                                            .arg(item.text)));
                    places.insert(item.id, item.rect);
                }
            }
        }
    }

    // The languages of others: what their own programs say of it.
    void dotIsAGraphThatGraphvizTakes_data() {
        QTest::addColumn<QString>("picture");
        QTest::addColumn<QByteArrayList>("parts");
        QTest::newRow("tree") << QStringLiteral("tree")
                              << QByteArrayList{"digraph tree", "maxgap", "ordering=out"};
        QTest::newRow("cow") << QStringLiteral("cow")
                             << QByteArrayList{
                                    "digraph sharing", "\"process-", "\"amap-", "\"anon-", "\"page-0x",
                                };
        QTest::newRow("amap") << QStringLiteral("amap") << QByteArrayList{"digraph sharing"};
    }
    void dotIsAGraphThatGraphvizTakes() {
        QFETCH(QString, picture);
        QFETCH(QByteArrayList, parts);
        const auto drawn = pictureOf(*m_story, picture);
        const QString file = m_folder.filePath(picture + QStringLiteral(".dot"));
        QCOMPARE(gui::exportPicture(*drawn, exportLook(), half, file), QString());
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray text = written.readAll();
        QCOMPARE(text, gui::toDot(*pictureOf(*m_story, picture)));
        for (const QByteArray& part : parts)
            QVERIFY2(text.contains(part), part.constData());
        // Each end of an edge is a node of the graph.
        static const QRegularExpression node(QStringLiteral("^  (\"[^\"]*\") \\[")),
            edge(QStringLiteral("^  (\"[^\"]*\") -> (\"[^\"]*\")"));
        QSet<QString> nodes;
        QStringList ends;
        for (const QString& line : QString::fromUtf8(text).split(u'\n')) {
            if (const auto match = node.match(line); match.hasMatch())
                nodes.insert(match.captured(1));
            if (const auto match = edge.match(line); match.hasMatch())
                ends << match.captured(1) << match.captured(2);
        }
        QVERIFY(!ends.isEmpty());
        for (const QString& end : ends)
            QVERIFY2(nodes.contains(end), qPrintable(end));
        if (!gui::hasDot(QStringLiteral("map")))
            QVERIFY(!gui::exportPicture(*pictureOf(*m_story, QStringLiteral("map")), exportLook(), half,
                                        m_folder.filePath(QStringLiteral("map.dot")))
                         .isEmpty());
        const QString dot = QStandardPaths::findExecutable(QStringLiteral("dot"));
        if (dot.isEmpty())
            QSKIP("Graphviz (dot) is not installed");
        QProcess process;
        process.start(dot, {QStringLiteral("-Tsvg"), file});
        QVERIFY(process.waitForFinished());
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        QVERIFY(process.readAllStandardOutput().contains("</svg>"));
    }

    void dotSaysEachThingOnce() {
        // Two names of one space, amaps and anons that several lead to.
        const auto story = storyOf("space A 0x1000 0xbfbff000\nmap A 0x10000 0x4000 cow\nwrite A 0x10000 01\n"
                                   "fork A B\nshare A C\nwrite B 0x11000 02\n");
        const QByteArray text = gui::toDot(*pictureOf(*story, QStringLiteral("cow")));
        QSet<QByteArray> lines;
        for (const QByteArray& line : text.split('\n')) {
            QVERIFY2(line.isEmpty() || !lines.contains(line), line.constData());
            lines.insert(line);
        }
        QCOMPARE(text.count("\"process-"), 3 + 3); // a node and an edge each
    }

    void tikzIsText_data() { pictures_data(); }
    void tikzIsText() {
        QFETCH(QString, picture);
        const QByteArray text =
            gui::toTikz(*pictureOf(*m_story, picture), exportLook(gui::ThemeName::Print), half);
        QVERIFY(text.contains("\\begin{tikzpicture}") && text.trimmed().endsWith("\\end{tikzpicture}"));
        QCOMPARE(text.count('{'), text.count('}'));
        // Nothing that pdflatex has no letter for, outside of comments.
        for (const QByteArray& line : text.split('\n'))
            if (!line.startsWith('%'))
                for (const char c : line)
                    QVERIFY2(uchar(c) < 128, line.constData());
        QCOMPARE(gui::toTikz(*pictureOf(*m_story, picture), exportLook(gui::ThemeName::Print), half), text);
    }

    void tikzIsTakenByLatex() {
        const QString latex = QStandardPaths::findExecutable(QStringLiteral("pdflatex"));
        if (latex.isEmpty())
            QSKIP("LaTeX (pdflatex) is not installed");
        QByteArray document =
            "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{tikz}\n\\begin{document}\n";
        for (const QString& name : gui::pictureNames()) {
            QFile part(m_folder.filePath(name + QStringLiteral(".tex")));
            QCOMPARE(gui::exportPicture(*pictureOf(*m_story, name), exportLook(gui::ThemeName::Print), half,
                                        part.fileName()),
                     QString());
            document += "\\resizebox{\\textwidth}{!}{\\input{" + name.toLatin1() + ".tex}}\\clearpage\n";
        }
        document += "\\end{document}\n";
        QFile whole(m_folder.filePath(QStringLiteral("whole.tex")));
        QVERIFY(whole.open(QIODevice::WriteOnly) && whole.write(document) > 0);
        whole.close();
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.start(latex, {QStringLiteral("-interaction=nonstopmode"), QStringLiteral("-halt-on-error"),
                              QStringLiteral("whole.tex")});
        QVERIFY(process.waitForFinished(60000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardOutput().right(2000).constData());
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
