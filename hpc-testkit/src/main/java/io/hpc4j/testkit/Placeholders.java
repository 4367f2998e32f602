package io.hpc4j.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What differs between a recorded command and the same one today: keys, which are new each time, and what was
 * anonymised. What stands for one of these when it first comes stands for it from then on, also in answers.
 */
final class Placeholders {

    private static final String KEY = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String HIDDEN = "***";
    private static final Pattern TOKEN = Pattern.compile(KEY
            + "|\\*\\*\\*|(?<![A-Za-z0-9])(?:(?:user|account|name|domain|address)\\d+|host[a-z]{1,2}(?=\\d|\\[|\\b))");
    private static final Pattern KEYS = Pattern.compile(KEY);

    private final Map<String, String> bound;

    Placeholders() {
        this(new HashMap<>());
    }

    private Placeholders(Map<String, String> bound) {
        this.bound = bound;
    }

    /** These placeholders with what is newly bound, if a command is one that was recorded. */
    Optional<Placeholders> match(List<String> recorded, List<String> given) {
        if (recorded.size() != given.size() || !program(recorded).equals(program(given))) {
            return Optional.empty();
        }
        Placeholders after = new Placeholders(new HashMap<>(bound));
        for (int i = 1; i < given.size(); i++) {
            if (!after.bind(recorded.get(i), given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(after);
    }

    /** Its folder may be another one here. */
    private static String program(List<String> arguments) {
        String program = arguments.get(0);
        return program.substring(program.lastIndexOf('/') + 1);
    }

    private boolean bind(String recorded, String given) {
        StringBuilder pattern = new StringBuilder();
        List<String> free = new ArrayList<>();
        Matcher token = TOKEN.matcher(recorded);
        int from = 0;
        while (token.find()) {
            pattern.append(Pattern.quote(recorded.substring(from, token.start())));
            pattern.append(patternOf(token.group(), free));
            from = token.end();
        }
        pattern.append(Pattern.quote(recorded.substring(from)));
        Matcher today = Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(given);
        if (!today.matches()) {
            return false;
        }
        for (int i = 0; i < free.size(); i++) {
            bound.put(free.get(i), today.group(i + 1));
        }
        return true;
    }

    private String patternOf(String token, List<String> free) {
        if (token.equals(HIDDEN)) {
            return ".*";
        } else if (bound.containsKey(token)) {
            return Pattern.quote(bound.get(token));
        } else if (free.contains(token)) {
            return "\\" + (free.indexOf(token) + 1) + "(?!\\d)";
        }
        free.add(token);
        return "([^\\s/,;:|=\\[\\]]+?)";
    }

    /** Binds the keys in what a command reads, where both have equally many; everything else in it may differ. */
    void bindKeys(String recorded, String given) {
        List<String> then = keys(recorded);
        List<String> now = keys(given);
        if (then.size() == now.size()) {
            for (int i = 0; i < then.size(); i++) {
                bound.putIfAbsent(then.get(i), now.get(i));
            }
        }
    }

    private static List<String> keys(String text) {
        return KEYS.matcher(text).results().map(r -> r.group()).distinct().toList();
    }

    /** An answer, with what the placeholders in it stand for. */
    String fill(String answer) {
        return TOKEN.matcher(answer)
                .replaceAll(m -> Matcher.quoteReplacement(bound.getOrDefault(m.group(), m.group())));
    }
}
