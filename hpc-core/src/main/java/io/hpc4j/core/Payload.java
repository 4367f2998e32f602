package io.hpc4j.core;

import java.util.List;

/** What a job runs. */
public sealed interface Payload {

    /**
     * A program with its arguments, handed over byte for byte; no shell sees them. It is started once per task of the
     * job, as {@code srun} would do.
     *
     * @param arguments the program and its arguments; a program without a slash is looked up in the job's PATH
     */
    record Command(List<String> arguments) implements Payload {

        /**
         * Copies the arguments.
         *
         * @throws IllegalArgumentException if there is none, the first is empty, or one contains NUL
         */
        public Command {
            arguments = List.copyOf(arguments);
            if (arguments.isEmpty() || arguments.get(0).isEmpty()) {
                throw new IllegalArgumentException("a command needs a program, was " + arguments);
            }
            arguments.forEach(a -> Text.withoutNul("an argument", a));
        }
    }

    /**
     * The text of a script that begins with {@code #!}. It is started once, on the first node of the job.
     *
     * @param text the whole script, with LF line ends
     */
    record ScriptText(String text) implements Payload {

        /**
         * Checks what would only fail on the node.
         *
         * @throws IllegalArgumentException if it does not begin with {@code #!}, has CR LF line ends or contains NUL
         */
        public ScriptText {
            checkScript("the script", text);
        }
    }

    /**
     * A script file that is on the cluster already. It is started once, on the first node of the job.
     *
     * @param path the file, absolute or relative to the job's working directory
     * @param arguments the script's arguments
     */
    record ScriptFile(String path, List<String> arguments) implements Payload {

        /**
         * Copies the arguments.
         *
         * @throws IllegalArgumentException if the path is empty or not one line, or an argument contains NUL
         */
        public ScriptFile {
            Text.word("a script's path", path, JobRequest.LONGEST_PATH);
            arguments = List.copyOf(arguments);
            arguments.forEach(a -> Text.withoutNul("an argument", a));
        }
    }

    /**
     * Checks that a script can be started: a backend calls it with the first bytes of a script file.
     *
     * @param name how to call the script in a message
     * @throws IllegalArgumentException if it does not begin with {@code #!}, has CR LF line ends or contains NUL
     */
    static void checkScript(String name, String text) {
        Text.withoutNul(name, text);
        if (!text.startsWith("#!")) {
            throw new IllegalArgumentException("%s must begin with a line such as '#!/bin/sh', begins with %s"
                    .formatted(name, Text.quoted(text.lines().findFirst().orElse(""))));
        }
        if (text.contains("\r\n")) {
            throw new IllegalArgumentException(name
                    + " has the line ends of Windows (CR LF), which no interpreter accepts; convert it with dos2unix");
        }
    }
}
