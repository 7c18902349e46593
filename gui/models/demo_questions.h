// The questions that a demo can ask the kernel, by name. Part of the demo expressions.
#pragma once

#include <QString>
#include <QStringList>

#include <span>

#include "gui/models/demo_expression.h"

namespace gui {

// What an argument has to be.
enum class DemoArgument : uint8_t { Space, Address, Event };

struct DemoQuestionKind {
    const char* name;
    // Of them the first `least` have to be there.
    std::vector<DemoArgument> arguments;
    size_t least;
    // The answer; the arguments are of their kinds.
    DemoValue (*ask)(const DemoStep& step, const QStringList& arguments);
};

std::span<const DemoQuestionKind> demoQuestionKinds();

// A number as scenarios write it, decimal or hexadecimal.
std::optional<uint64_t> scenarioNumber(const QString& word);

} // namespace gui
