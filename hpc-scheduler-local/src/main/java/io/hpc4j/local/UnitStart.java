package io.hpc4j.local;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * An order to a node to start one process of a job. Paths and texts go to the process as UTF-8.
 *
 * @param unit name of the process, unique on its node for ever: letters, digits, dot, hyphen, underscore; at most 200
 * @param command what to run; a first word without a slash is looked for in the PATH of {@code environment}
 * @param environment the whole environment of the process; the node adds HPC_UNIT and HPC_UNIT_OWNER
 * @param stdin file to read, absolute or from the working directory; {@code /dev/null} if empty
 * @param stdout file to write; its folder must exist; {@code /dev/null} if empty
 * @param stderr file to write; the same as {@code stdout} for one file shared by both
 * @param append whether output is added to what the files hold instead of replacing it
 * @param umask permissions not given to new files; those of the program that started the node if empty
 * @param walltime after which the process and its descendants are ended; standing still while they are suspended
 * @param grace time between TERM and KILL at the end of the walltime
 * @param memoryLimitBytes most memory of the process and its descendants, where the node can enforce it; 0 for no limit
 */
record UnitStart(
        String unit,
        List<String> command,
        Map<String, String> environment,
        String workingDirectory,
        Optional<String> stdin,
        Optional<String> stdout,
        Optional<String> stderr,
        boolean append,
        OptionalInt umask,
        Optional<Duration> walltime,
        Duration grace,
        long memoryLimitBytes) {

    private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

    UnitStart {
        if (!UNIT.matcher(unit).matches()) {
            throw new IllegalArgumentException("not the name of a unit: '" + unit + "'");
        }
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new IllegalArgumentException(unit + ": a command must have at least one word");
        }
    }
}
