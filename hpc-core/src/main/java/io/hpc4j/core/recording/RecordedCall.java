package io.hpc4j.core.recording;

import io.hpc4j.core.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One call of a scheduler: a command that was run, or a call of a backend that ran none. */
public sealed interface RecordedCall {

    /** Which call it was. */
    Origin origin();

    /** How long it took. */
    Duration took();

    /** What was made of it, in words: {@code 12 jobs, 1 ended}, or the type and message of the exception. */
    String conclusion();

    /**
     * Which call it was.
     *
     * @param session the process and connection that made it
     * @param number its number within the session, from 1
     * @param at when it began
     * @param operation what the backend was asked: {@code statusOf}; empty if that is not known
     */
    record Origin(String session, long number, Instant at, String operation) {}

    /**
     * A command that was run.
     *
     * @param asked what was run
     * @param answer how it ended
     */
    record Command(Origin origin, Duration took, String conclusion, Asked asked, Answer answer)
            implements RecordedCall {

        /** The same with another conclusion. */
        public Command withConclusion(String words) {
            return new Command(origin, took, words, asked, answer);
        }
    }

    /**
     * A call of a backend that ran no command, as that of a local cluster.
     *
     * @param subject what it was about: {@code 12 jobs}
     */
    record Operation(Origin origin, Duration took, String conclusion, String subject) implements RecordedCall {}

    /**
     * What was run. Values of the environment are not kept, and what looks like a secret is {@code ***}.
     *
     * @param arguments the program and its arguments
     * @param environmentNames the names of its variables, ordered
     * @param workingDirectory where it ran, if that was asked for
     * @param stdin what it read
     * @param timeout its limit
     */
    record Asked(
            List<String> arguments,
            List<String> environmentNames,
            Optional<String> workingDirectory,
            RecordedText stdin,
            Duration timeout) {

        /** Copies the lists. */
        public Asked {
            arguments = List.copyOf(arguments);
            environmentNames = List.copyOf(environmentNames);
        }

        /** The name of the program, without its folder. */
        public String program() {
            return programOf(arguments);
        }

        /** The name of the program that an argument list begins with, without its folder. */
        public static String programOf(List<String> arguments) {
            String program = arguments.get(0);
            return program.substring(program.lastIndexOf('/') + 1);
        }
    }

    /** How a command ended. */
    sealed interface Answer {

        /**
         * It ended.
         *
         * @param exitStatus its exit code or signal
         * @param stdout what it printed
         * @param stderr what it printed as errors
         * @param isTruncated whether the transport had thrown some of either away
         */
        record Ended(ExitStatus exitStatus, RecordedText stdout, RecordedText stderr, boolean isTruncated)
                implements Answer {}

        /**
         * It could not be carried out to its end, or nobody knows.
         *
         * @param type the simple name of the exception: {@code TransportException}
         * @param message its message
         * @param isTransient whether the same might have succeeded later
         * @param isTimeout whether its time limit had passed
         */
        record Broken(String type, String message, boolean isTransient, boolean isTimeout) implements Answer {}
    }
}
