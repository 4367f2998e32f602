package io.hpc4j.core.internal;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.recording.KnownNames;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the names of people and machines that a backend's answers hold, up to a number. */
final class Vocabulary {

    private static final int MOST = 5000;

    private final Set<String> users = new HashSet<>();
    private final Set<String> accounts = new HashSet<>();
    private final Set<String> nodes = new HashSet<>();

    /** Takes an answer, or requests; returns the names that are new. */
    synchronized KnownNames learn(@Nullable Object answer) {
        int before = size();
        Collection<?> things =
                answer instanceof Map<?, ?> map ? map.values() : answer instanceof Collection<?> all ? all : Set.of();
        if (things.isEmpty()) {
            return KnownNames.NONE;
        }
        Vocabulary fresh = new Vocabulary();
        for (Object thing : things) {
            if (thing instanceof Job job) {
                job.owner().ifPresent(o -> add(users, fresh.users, o));
                job.account().ifPresent(a -> add(accounts, fresh.accounts, a));
                job.nodes().forEach(n -> add(nodes, fresh.nodes, n));
            } else if (thing instanceof JobRequest request) {
                request.account().ifPresent(a -> add(accounts, fresh.accounts, a));
            } else if (thing instanceof NodeInfo node) {
                add(nodes, fresh.nodes, node.name());
            }
        }
        return size() == before ? KnownNames.NONE : fresh.names();
    }

    private static void add(Set<String> known, Set<String> fresh, String name) {
        if (known.size() < MOST && known.add(name)) {
            fresh.add(name);
        }
    }

    private int size() {
        return users.size() + accounts.size() + nodes.size();
    }

    synchronized KnownNames names() {
        return new KnownNames(users, accounts, nodes);
    }
}
