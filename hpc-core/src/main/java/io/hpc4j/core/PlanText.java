package io.hpc4j.core;

import io.hpc4j.core.spi.command.ShellQuoting;
import java.util.List;

/** A plan for a screen. */
final class PlanText {

    private static final int MOST_LINES = 40;

    private PlanText() {}

    static String headline(JobPlan plan) {
        List<JobPlan.Field> refusals = plan.refusals();
        if (!refusals.isEmpty()) {
            return "would be refused for "
                    + String.join(
                            ", ", refusals.stream().map(JobPlan.Field::name).toList());
        }
        String nodes = plan.nodes().isEmpty() ? "" : " on " + String.join(", ", plan.nodes());
        return "would be accepted"
                + plan.expectedStart()
                        .map(at -> ", and start at " + ExplanationText.seconds(at) + nodes)
                        .orElse("; when it would start is not known");
    }

    static String of(JobPlan plan, int width) {
        Paragraphs text = new Paragraphs(width);
        text.add("", headline(plan));
        for (JobPlan.Field field : plan.fields()) {
            text.add("  %-20s".formatted(field.name()), words(field));
        }
        plan.warnings().forEach(w -> text.add("  warning: ", w));
        plan.commands().forEach(c -> text.line("  runs: " + ShellQuoting.join(c)));
        plan.script().ifPresent(s -> script(s, text));
        return text.toString();
    }

    private static String words(JobPlan.Field field) {
        String asked = field.asked().map(a -> a + " ").orElse("");
        String becomes = field.becomes().orElse("");
        String why = field.why().map(w -> ": " + w).orElse("");
        return switch (field.outcome()) {
            case PASSED -> asked.strip();
            case TRANSLATED -> asked + "becomes " + becomes + why;
            case DEFAULTED -> becomes + " (by default" + why + ")";
            case IGNORED -> asked + "has NO EFFECT" + why;
            case REFUSED -> asked + "is REFUSED" + why;
        };
    }

    private static void script(String script, Paragraphs text) {
        List<String> lines = script.lines().toList();
        text.line("  script:");
        lines.stream().limit(MOST_LINES).forEach(line -> text.line("    | " + line));
        if (lines.size() > MOST_LINES) {
            text.line("    … " + (lines.size() - MOST_LINES) + " more lines");
        }
    }
}
