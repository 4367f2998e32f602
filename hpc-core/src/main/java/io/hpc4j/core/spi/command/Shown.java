package io.hpc4j.core.spi.command;

/** Shows text from outside in a message. */
final class Shown {

    private static final int LENGTH = 80;

    private Shown() {}

    /** The text in quotes, cut, and with control characters replaced. */
    static String of(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LENGTH
                ? "'" + line + "'"
                : "'" + line.substring(0, LENGTH) + "…' (" + line.length() + " characters)";
    }

    /** An exception for text that a notation does not have. */
    static IllegalArgumentException unreadable(String what, String examples, String text) {
        return new IllegalArgumentException("%s looks like %s, was %s".formatted(what, examples, of(text)));
    }
}
