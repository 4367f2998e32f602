package io.hpc4j.core.spi.command;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Quotes words for a POSIX shell, so that it hands them on byte for byte. Source: POSIX.1-2017, Shell Command Language,
 * 2.2.2 "Single-Quotes": nothing in them is special, and they end at the next single quote.
 */
public final class ShellQuoting {

    private static final String SAFE = "@%+:,./-_";
    /** POSIX.1-2017, 2.4 "Reserved Words", with those of bash: as the first word they begin a construct. */
    private static final Set<String> RESERVED = Set.of(
            "case",
            "coproc",
            "do",
            "done",
            "elif",
            "else",
            "esac",
            "fi",
            "for",
            "function",
            "if",
            "in",
            "namespace",
            "select",
            "then",
            "time",
            "until",
            "while");

    private ShellQuoting() {}

    /**
     * A word that a shell reads as this text. Plain words stay as they are, for the reader's sake.
     *
     * @throws IllegalArgumentException if it contains NUL, which no argument can
     */
    public static String quote(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a word for a shell must not contain NUL, was " + Shown.of(text));
        }
        if (isPlain(text)) {
            return text;
        }
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /**
     * Words that a shell reads as this list, with a blank between them.
     *
     * @throws IllegalArgumentException if one contains NUL
     */
    public static String join(Collection<String> words) {
        return words.stream().map(ShellQuoting::quote).collect(Collectors.joining(" "));
    }

    private static boolean isPlain(String text) {
        return !text.isEmpty() && !RESERVED.contains(text) && text.chars().allMatch(ShellQuoting::isSafe);
    }

    private static boolean isSafe(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || SAFE.indexOf(c) >= 0;
    }
}
