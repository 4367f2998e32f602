package io.hpc4j.core;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The sentences of reasons. Pure functions. */
final class ReasonWords {

    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "HUP"),
            Map.entry(2, "INT"),
            Map.entry(3, "QUIT"),
            Map.entry(4, "ILL"),
            Map.entry(6, "ABRT"),
            Map.entry(7, "BUS"),
            Map.entry(8, "FPE"),
            Map.entry(9, "KILL"),
            Map.entry(10, "USR1"),
            Map.entry(11, "SEGV"),
            Map.entry(12, "USR2"),
            Map.entry(13, "PIPE"),
            Map.entry(14, "ALRM"),
            Map.entry(15, "TERM"),
            Map.entry(24, "XCPU"),
            Map.entry(25, "XFSZ"));
    private static final int SHELL_SIGNALS = 128;
    private static final String LOOK = "look at the last lines of its standard error";

    private ReasonWords() {}

    /** The name of a signal on Linux, {@code SIGKILL}; its number where it has none here. */
    static String signal(int number) {
        return SIGNALS.containsKey(number) ? "SIG" + SIGNALS.get(number) : "signal " + number;
    }

    static String text(Reason r) {
        return switch (r.type()) {
            case NOT_LISTED_YET -> "it was submitted, and the scheduler does not list it yet";
            case RESOURCES -> "too little is free" + part(r, "needs", ": it needs ") + part(r, "free", "; free: ");
            case BEHIND_OTHERS -> behind(r);
            case HELD -> "it is held" + part(r, "by", " by ");
            case DEPENDENCY -> "it waits for " + condition(r) + part(r, "state", ", which is ");
            case DEPENDENCY_NEVER -> "it waits for " + condition(r) + ", which can never come" + state(r);
            case BEGIN_TIME -> "it is not to start before" + part(r, "at", " ");
            case QUEUE_LIMIT ->
                "its queue" + part(r, "queue", " ") + " has as many jobs running as it allows" + part(r, "limit", ", ");
            case QUEUE_CLOSED -> "its queue" + part(r, "queue", " ") + " starts no jobs now";
            case ARRAY_LIMIT ->
                "its array" + part(r, "array", " ") + " has as many tasks running or next as it may"
                        + part(r, "limit", ", ");
            case OTHER_LIMIT -> "a limit is reached" + part(r, "limit", ": ");
            case NODES_DOWN -> "nodes that it needs are away" + part(r, "nodes", ": ") + part(r, "words", "; ");
            case SCHEDULER_TROUBLE -> "the scheduler starts nothing now" + part(r, "words", ": ");
            case NEXT_ATTEMPT -> "an attempt has ended, and it waits for" + part(r, "attempt", " attempt ");
            case STARTING -> "its nodes are being prepared" + part(r, "nodes", ": ");
            case RUNNING -> "it runs" + part(r, "nodes", " on ");
            case SUSPENDED -> "its processes are stopped, and keep their memory";
            case ENDING -> "it is being ended";
            case SUCCEEDED -> "it ended with exit code 0";
            case EXIT_CODE -> "it ended by itself with exit code" + part(r, "code", " ");
            case SIGNAL -> "it was ended by" + part(r, "name", " ", n -> n + part(r, "signal", " (", s -> s + ")"));
            case TIME_LIMIT ->
                "it reached its walltime" + seconds(r, "limitSeconds", " of ")
                        + seconds(r, "elapsedSeconds", " after ");
            case MEMORY_LIMIT ->
                "it used more memory than its limit" + bytes(r, "limitBytes", " of ")
                        + bytes(r, "peakBytes", "; the peak was ");
            case NODE_FAILED -> "its node failed" + part(r, "nodes", ": ");
            case CANCELLED -> "it was cancelled" + part(r, "by", " by ");
            case DEPENDENCY_FAILED -> "it waited for " + condition(r) + ", which can never come" + state(r);
            case COMMAND_NOT_FOUND ->
                "there is no program" + part(r, "command", " ", Text::quoted) + " where it was looked for";
            case COMMAND_NOT_EXECUTABLE -> "its program" + part(r, "command", " ", Text::quoted) + " cannot be run";
            case WORKING_DIRECTORY -> "its working directory" + part(r, "path", " ", Text::quoted) + " cannot be used";
            case FILES -> "a file for its input or output cannot be opened";
            case NOT_STARTED -> "it could not be started";
            case PREEMPTED -> "it was ended to make room for another job";
            case IDLE_CPUS -> "it kept" + part(r, "used", " ") + part(r, "asked", " of ") + " CPUs busy on average";
            case LOST -> "neither the queue nor the accounting nor its own record tells how it ended";
            case UNKNOWN ->
                r.parameter("words").isPresent()
                        ? "the scheduler says "
                                + Text.quoted(r.parameter("words").get())
                        : "the scheduler does not say why";
        };
    }

    static Optional<String> advice(Reason r) {
        String words = switch (r.type()) {
            case RESOURCES, BEHIND_OTHERS -> "wait, or ask for less; a shorter walltime lets a job start in gaps";
            case HELD -> "release it when it may start";
            case DEPENDENCY_NEVER -> "cancel it, and submit it again with another condition";
            case QUEUE_LIMIT, OTHER_LIMIT -> "wait, or use another queue";
            case ARRAY_LIMIT -> "wait, or submit the array with a higher limit";
            case NODES_DOWN -> "look at the cluster's nodes; if they stay away, ask who runs it";
            case SCHEDULER_TROUBLE -> "mend what it says; the jobs that wait are kept";
            case SUSPENDED -> "resume it when it may go on";
            case EXIT_CODE -> exitCode(number(r, "code"));
            case SIGNAL -> signalAdvice(number(r, "signal"));
            case TIME_LIMIT -> "ask for more walltime, or let it write checkpoints and go on from them";
            case MEMORY_LIMIT -> "ask for more memory per node, or spread it over more nodes";
            case NODE_FAILED -> "submit it again; retryOn(NODE_FAILED, n) does so by itself";
            case DEPENDENCY_FAILED -> "mend the job that it waited for, and submit both again";
            case COMMAND_NOT_FOUND ->
                "give the program's full path, or set PATH or a module; with #! in a script check its interpreter";
            case COMMAND_NOT_EXECUTABLE -> "make it executable (chmod +x), and a program for this kind of machine";
            case WORKING_DIRECTORY -> "make the folder on the cluster's nodes first, or name another";
            case FILES -> "see that the folder can be written, or name another file";
            case NOT_STARTED -> "mend what the scheduler says, and submit it again";
            case PREEMPTED -> "submit it again; retryOn(PREEMPTED, n) does so by itself";
            case IDLE_CPUS ->
                "ask for fewer CPUs, or see that it starts as many threads or tasks as it asks for (OMP_NUM_THREADS)";
            case LOST -> "look at its output files; its true end is still taken if it shows up";
            default -> "";
        };
        return words.isEmpty() ? Optional.empty() : Optional.of(words);
    }

    private static String exitCode(int code) {
        if (code == 126) {
            return "126 is what a shell says of a file that it cannot run; " + LOOK;
        } else if (code == 127) {
            return "127 is what a shell says when it finds no such command; " + LOOK;
        } else if (code > SHELL_SIGNALS && SIGNALS.containsKey(code - SHELL_SIGNALS)) {
            int signal = code - SHELL_SIGNALS;
            return "%d is what a shell says when %s ended a command; %s"
                    .formatted(code, signal(signal), signalAdvice(signal));
        }
        return "its own documentation says what that means; " + LOOK;
    }

    private static String signalAdvice(int signal) {
        return switch (signal) {
            case 4, 7, 8, 11 -> "that is a fault in the program; " + LOOK;
            case 6 -> "it gave up by itself; " + LOOK;
            case 9 -> "somebody killed it, or the kernel for lack of memory; compare its peak of memory";
            case 13 -> "it wrote to something that had gone; " + LOOK;
            case 15 -> "somebody asked it to end, perhaps itself; " + LOOK;
            case 24 -> "it reached a limit of CPU time (ulimit -t)";
            case 25 -> "it wrote a larger file than it may (ulimit -f)";
            default -> LOOK;
        };
    }

    private static String behind(Reason r) {
        String count = r.parameter("count").orElse("");
        String others = count.isEmpty() ? "others are" : count.equals("1") ? "1 job is" : count + " jobs are";
        return others + " due before it" + part(r, "first", ", next ");
    }

    private static String condition(Reason r) {
        String event = switch (r.parameter("condition").orElse("")) {
            case "AFTER_OK" -> "the success of";
            case "AFTER_NOT_OK" -> "the failure of";
            case "AFTER_START" -> "the start of";
            case "AFTER_ANY" -> "the end of";
            default -> "";
        };
        return (event.isEmpty() ? "" : event + " ")
                + (r.parameter("job").isPresent() ? "job" : "another job")
                + part(r, "job", " ");
    }

    private static String state(Reason r) {
        return part(r, "state", ": that ended ");
    }

    private static String part(Reason r, String name, String before) {
        return part(r, name, before, Text::printable);
    }

    private static String part(Reason r, String name, String before, Function<String, String> show) {
        return r.parameter(name).map(v -> before + show.apply(v)).orElse("");
    }

    private static String seconds(Reason r, String name, String before) {
        return decimal(r, name)
                .map(s -> before + Amounts.show(Duration.ofMillis(Math.round(s * 1000))))
                .orElse("");
    }

    private static String bytes(Reason r, String name, String before) {
        return decimal(r, name).map(b -> before + Amounts.bytes(b)).orElse("");
    }

    private static int number(Reason r, String name) {
        return decimal(r, name).map(Double::intValue).orElse(-1);
    }

    private static Optional<Double> decimal(Reason r, String name) {
        try {
            return r.parameter(name).map(Double::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
