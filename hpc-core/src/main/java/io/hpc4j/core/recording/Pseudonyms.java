package io.hpc4j.core.recording;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gives each name another one, the same each time: {@code user1}, {@code hosta01}. */
final class Pseudonyms {

    /** All that this class makes up, for whoever looks for it in a text. */
    static final Pattern SHAPE = Pattern.compile(
            "(?<![A-Za-z0-9])(?:user|account|name|domain|address)\\d+|(?<![A-Za-z0-9])host[a-z]{1,2}\\d*");

    private static final int LETTERS = 26;
    private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d*)", Pattern.DOTALL);

    private final Map<String, String> words = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, String> hostPrefixes = new HashMap<>();

    String user(String name) {
        return words.computeIfAbsent(name, n -> next("user"));
    }

    String account(String name) {
        return words.computeIfAbsent(name, n -> next("account"));
    }

    /** For a part of a path; the same as elsewhere if it is a name that is known. */
    String part(String word) {
        return words.computeIfAbsent(word, n -> next("name"));
    }

    String domain(String name) {
        return words.computeIfAbsent("domain of " + name, n -> next("domain"));
    }

    String address(String address) {
        return words.computeIfAbsent(address, n -> next("address"));
    }

    /** For a machine: the number at its end stays, so that lists of nodes stay readable. */
    String host(String name) {
        Matcher parts = NUMBERED.matcher(name);
        return parts.matches() ? hostPrefix(parts.group(1)) + parts.group(2) : hostPrefix(name);
    }

    private String hostPrefix(String prefix) {
        return hostPrefixes.computeIfAbsent(prefix, p -> "host" + letters(hostPrefixes.size()));
    }

    /** Whether names of machines begin with this. */
    boolean isHostPrefix(String prefix) {
        return hostPrefixes.containsKey(prefix);
    }

    /** Whether this is the name of a machine that is known, or alike but for its number. */
    boolean isHost(String name) {
        Matcher parts = NUMBERED.matcher(name);
        return parts.matches()
                && hostPrefixes.containsKey(parts.group(1))
                && !parts.group(1).isEmpty();
    }

    boolean isKnown(String word) {
        return words.containsKey(word);
    }

    private String next(String kind) {
        return kind + counts.merge(kind, 1, Integer::sum);
    }

    private static String letters(int number) {
        String last = Character.toString((char) ('a' + number % LETTERS));
        return number < LETTERS ? last : letters(number / LETTERS - 1) + last;
    }
}
