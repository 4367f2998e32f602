package io.hpc4j.core;

/** A scheduler's command printed something that our parser does not understand: the parser is wrong. */
public final class UnreadableOutputException extends HpcException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 500;

    /**
     * Makes an exception that shows the line.
     *
     * @param command the command whose output it was
     * @param lineNumber where it was, from 1
     * @param expected the form that was expected, in words or as an example
     * @param line the line as it was printed
     */
    public UnreadableOutputException(String command, int lineNumber, String expected, String line) {
        super("%s: cannot read line %d of its output: expected %s, got '%s'"
                .formatted(command, lineNumber, expected, cut(line)));
    }

    private static String cut(String line) {
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "… (" + line.length() + " characters)";
    }
}
