package io.hpc4j.core.internal;

import io.hpc4j.core.JobRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this thread is asking a backend: the commands that it runs meanwhile belong to it. */
final class Operation {

    private static final int MOST_COMMANDS = 100;

    static final Operation NONE = new Operation("", List.of());

    private final String name;
    private final Collection<JobRequest> requests;
    private final Deque<Ring.Entry> commands = new ArrayDeque<>(2);
    private @Nullable Redactor redactor;

    Operation(String name, Collection<JobRequest> requests) {
        this.name = name;
        this.requests = requests;
    }

    /** An operation with the requests among its arguments, whose environment must not be recorded. */
    static Operation of(String name, Object[] arguments) {
        List<JobRequest> requests = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof JobRequest request) {
                requests.add(request);
            } else if (name.startsWith("submit") && argument instanceof Collection<?> all) {
                all.forEach(a -> {
                    if (a instanceof JobRequest request) {
                        requests.add(request);
                    }
                });
            }
        }
        return new Operation(name, requests);
    }

    String name() {
        return name;
    }

    Collection<JobRequest> requests() {
        return requests;
    }

    /** Hides the variables of the requests and of a command. */
    Redactor redactor(Map<String, String> environment) {
        if (requests.isEmpty()) {
            return Redactor.of(List.of()).and(environment);
        }
        if (redactor == null) {
            redactor = Redactor.of(requests);
        }
        return redactor.and(environment);
    }

    /** Nobody concludes anything from commands that belong to no call; of very many the last ones are kept. */
    void add(Ring.Entry command) {
        if (name.isEmpty()) {
            return;
        }
        commands.add(command);
        if (commands.size() > MOST_COMMANDS) {
            commands.remove();
        }
    }

    Deque<Ring.Entry> commands() {
        return commands;
    }
}
