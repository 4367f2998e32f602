package io.hpc4j.core;

import java.util.Optional;

/**
 * What a look at one thing has shown: at the Java in use, a scheduler's command, a folder.
 *
 * @param name what was looked at, in two or three words: {@code state folder}
 * @param level how good that is
 * @param seen what was seen, one line
 * @param advice what to do about it; absent where there is nothing to do
 */
public record Finding(String name, Level level, String seen, Optional<String> advice) {

    /** How good something is, the best first. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It works, but not all that is promised. */
        WARNING,
        /** It does not work. */
        PROBLEM
    }

    /** All is well. */
    public static Finding ok(String name, String seen) {
        return new Finding(name, Level.OK, seen, Optional.empty());
    }

    /** It works, but not all that is promised. */
    public static Finding warning(String name, String seen, String advice) {
        return new Finding(name, Level.WARNING, seen, Optional.of(advice));
    }

    /** It does not work. */
    public static Finding problem(String name, String seen, String advice) {
        return new Finding(name, Level.PROBLEM, seen, Optional.of(advice));
    }
}
