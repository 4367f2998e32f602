package io.hpc4j.core.internal;

import io.hpc4j.core.JobRequest;
import io.hpc4j.core.recording.RecordedText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes out what must not be recorded: the values of environment variables, of a command and of the requests that are
 * being submitted, and what looks like a secret. Each becomes {@value #HIDDEN}.
 */
final class Redactor {

    static final String HIDDEN = "***";

    /** Shorter values stand in too many harmless words; where a variable is set they are hidden all the same. */
    private static final int SHORTEST_VALUE = 8;

    private static final int MOST_VALUES = 200;

    /** A value that the cut would split is hidden whole. */
    private static final int MARGIN = 4096;

    private static final String SECRET_NAME =
            "(?:pass(?:word|wd|phrase|code)?|secret|token|credentials?|api[-_]?key|private[-_]?key)";
    /** One of these is in every text that {@link #SECRET} matches. */
    private static final List<String> SECRET_PARTS = List.of("pass", "secret", "token", "credential", "key");

    private static final Pattern SECRET = Pattern.compile(
            "(?i)(?<![a-z])((?:[a-z0-9]{1,30}[-_]){0,4}" + SECRET_NAME + "\"?[ \\t]*[=:][ \\t]*+)(?!\\*\\*\\*)\\S+");
    private static final Pattern SECRET_OPTION = Pattern.compile("(?i)--?(?:[a-z0-9]{1,30}[-_]){0,4}" + SECRET_NAME);
    private static final Pattern SECRET_IN_ADDRESS = Pattern.compile("(://[^\\s/:@]+:)[^\\s/@]+@");

    private static final Redactor NONE = new Redactor(Set.of(), Set.of());

    private final Set<String> names;
    private final Set<String> values;
    private final @Nullable Pattern assignment;

    private Redactor(Set<String> names, Set<String> values) {
        this.names = names;
        this.values = values;
        this.assignment = names.isEmpty()
                ? null
                : Pattern.compile("(?<![A-Za-z0-9_])(?:"
                        + names.stream().map(Pattern::quote).collect(Collectors.joining("|"))
                        + ")=");
    }

    /** Hides the variables of requests. */
    static Redactor of(Collection<JobRequest> requests) {
        Redactor all = NONE;
        for (JobRequest request : requests) {
            all = all.and(request.environment());
        }
        return all;
    }

    /** Hides these variables too. */
    Redactor and(Map<String, String> environment) {
        boolean isFull = values.size() >= MOST_VALUES;
        if (environment.isEmpty() || (isFull && names.containsAll(environment.keySet()))) {
            return this;
        }
        Set<String> allNames = new LinkedHashSet<>(names);
        allNames.addAll(environment.keySet());
        Set<String> allValues = new LinkedHashSet<>(values);
        add(environment.values(), allValues);
        return new Redactor(allNames, allValues);
    }

    private static void add(Collection<String> from, Set<String> values) {
        for (String value : from) {
            if (value.length() >= SHORTEST_VALUE && values.size() < MOST_VALUES) {
                values.add(value);
            }
        }
    }

    List<String> arguments(List<String> arguments) {
        List<String> out = new ArrayList<>(arguments.size());
        boolean secretFollows = false;
        for (String argument : arguments) {
            out.add(secretFollows ? HIDDEN : argument(argument));
            secretFollows = SECRET_OPTION.matcher(argument).matches();
        }
        return out;
    }

    /** In a list {@code A=1,B=2} nobody knows where a value ends: all behind the first is hidden. */
    private String argument(String argument) {
        String shown = text(argument);
        if (assignment == null) {
            return shown;
        }
        Matcher set = assignment.matcher(shown);
        return set.find() && argument.indexOf('\n') < 0 ? shown.substring(0, set.end()) + HIDDEN : shown;
    }

    /** The text without secrets. Of a long one only the part that is kept is looked through, and a little more. */
    RecordedText recorded(String whole) {
        return whole.length() <= RecordedText.LONGEST
                ? RecordedText.of(text(whole))
                : RecordedText.beginning(
                        text(whole.substring(0, Math.min(whole.length(), RecordedText.LONGEST + MARGIN))), whole);
    }

    String text(String text) {
        String out = text;
        for (String value : values) {
            out = out.replace(value, HIDDEN);
        }
        out = assignment == null ? out : withoutAssigned(out, assignment);
        if (namesASecret(out)) {
            out = SECRET.matcher(out).replaceAll("$1***");
        }
        return out.contains("://") ? SECRET_IN_ADDRESS.matcher(out).replaceAll("$1***@") : out;
    }

    /** A quick look, since what a scheduler prints is long and hardly ever does. */
    private static boolean namesASecret(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return SECRET_PARTS.stream().anyMatch(lower::contains);
    }

    private static String withoutAssigned(String text, Pattern assignment) {
        Matcher set = assignment.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (set.find(from)) {
            out.append(text, from, set.end()).append(HIDDEN);
            from = endOfValue(text, set.end());
        }
        return out.append(text, from, text.length()).toString();
    }

    /** A word as {@link io.hpc4j.core.spi.command.ShellQuoting} writes it, or else all to the end of the line. */
    private static int endOfValue(String text, int from) {
        if (!text.startsWith("'", from)) {
            int end = text.indexOf('\n', from);
            return end < 0 ? text.length() : end;
        }
        int quote = text.indexOf('\'', from + 1);
        while (quote >= 0 && text.startsWith("'\\''", quote)) {
            quote = text.indexOf('\'', quote + "'\\''".length());
        }
        return quote < 0 ? text.length() : quote + 1;
    }
}
