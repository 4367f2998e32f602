package io.hpc4j.local;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import io.hpc4j.core.Reason;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a job ended, from the words in which that was kept: {@link Dependencies#broken}, {@link Run}, the node's own. */
final class EndReasons {

    private static final Pattern BROKEN =
            Pattern.compile("its dependency (\\w+) of job (\\S+) can never hold: that ended ?(\\w*)");
    private static final String NOT_STARTED = "it could not be started: ";
    private static final Pattern DIRECTORY =
            Pattern.compile("cannot change to working directory (.*): [^:]*", Pattern.DOTALL);
    private static final int NOT_FOUND = 127;

    private EndReasons() {}

    /** What the state alone does not say. */
    static Optional<Reason> of(LocalJob job, JobEnd end) {
        String words = end.reason() == null ? "" : end.reason();
        if (end.state() == JobState.CANCELLED) {
            return Optional.of(cancelled(words));
        }
        return end.state() == JobState.FAILED && words.startsWith(NOT_STARTED)
                ? Optional.of(notStarted(job, end, words.substring(NOT_STARTED.length())))
                : Optional.empty();
    }

    /** Only the owner of the state folder can cancel its jobs. */
    private static Reason cancelled(String words) {
        Matcher broken = BROKEN.matcher(words);
        return broken.matches()
                ? Reason.of(Reason.Type.DEPENDENCY_FAILED)
                        .with("job", broken.group(2))
                        .with("condition", broken.group(1))
                        .with("state", broken.group(3))
                : Reason.of(Reason.Type.CANCELLED).with("by", Snapshots.owner());
    }

    private static Reason notStarted(LocalJob job, JobEnd end, String words) {
        Matcher directory = DIRECTORY.matcher(words);
        Reason.Type type = Reason.Type.NOT_STARTED;
        if (directory.matches()) {
            return Reason.of(Reason.Type.WORKING_DIRECTORY)
                    .with("path", directory.group(1))
                    .with("words", words);
        } else if (words.startsWith("cannot open standard") || words.startsWith("its output cannot be written")) {
            type = Reason.Type.FILES;
        } else if (words.startsWith("cannot run")) {
            ExitStatus exit = end.exit();
            type = exit != null && exit.code() == NOT_FOUND
                    ? Reason.Type.COMMAND_NOT_FOUND
                    : Reason.Type.COMMAND_NOT_EXECUTABLE;
        }
        return Reason.of(type).with("command", program(job)).with("words", words);
    }

    private static String program(LocalJob job) {
        Payload payload = job.request.payload();
        if (payload instanceof Payload.Command command) {
            return command.arguments().get(0);
        }
        return payload instanceof Payload.ScriptFile file ? file.path() : "";
    }
}
