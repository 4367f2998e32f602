package io.hpc4j.core;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Set;

/** An explanation for a screen. */
final class ExplanationText {

    private ExplanationText() {}

    static String of(Explanation e, int width) {
        Paragraphs text = new Paragraphs(width);
        text.add("", e.headline());
        for (Reason reason : e.reasons().subList(1, e.reasons().size())) {
            text.add("  also    ", reason.text());
        }
        e.job()
                .reason()
                .filter(words -> !e.headline().contains(words))
                .ifPresent(words -> text.add("  raw     ", words));
        e.expectedStart().ifPresent(at -> text.add("  start   ", "expected at " + seconds(at)));
        e.figures().forEach(f -> text.add("  used    ", f.text()));
        Set<String> advice = new LinkedHashSet<>();
        e.reasons().forEach(r -> r.advice().ifPresent(advice::add));
        advice.forEach(a -> text.add("  advice  ", a));
        e.stderr().ifPresent(s -> stderr(s, text));
        return text.toString();
    }

    static Instant seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }

    private static void stderr(Explanation.Output output, Paragraphs text) {
        text.line("  stderr  " + output.path()
                + output.trouble().map(t -> " " + t).orElse(":"));
        output.lastLines().forEach(line -> text.line("    | " + line));
    }
}
