package io.hpc4j.store.json;

/** Shows a value that came from outside in a message. */
final class Shown {

    private static final int LONGEST = 80;

    private Shown() {}

    /** The value in quotes, cut, with control characters as question marks. */
    static String of(Object value) {
        String text = value.toString();
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return "'" + start.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
