package io.hpc4j.core.recording;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names of people and machines that a scheduler told of, so that they can be found in its output and anonymised.
 *
 * @param users owners of jobs
 * @param accounts who was charged
 * @param nodes machines
 */
public record KnownNames(Set<String> users, Set<String> accounts, Set<String> nodes) {

    /** None. */
    public static final KnownNames NONE = new KnownNames(Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public KnownNames {
        users = Set.copyOf(users);
        accounts = Set.copyOf(accounts);
        nodes = Set.copyOf(nodes);
    }

    /** Those of both. */
    public KnownNames and(KnownNames other) {
        return new KnownNames(union(users, other.users), union(accounts, other.accounts), union(nodes, other.nodes));
    }

    private static Set<String> union(Collection<String> a, Collection<String> b) {
        Set<String> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return users.isEmpty() && accounts.isEmpty() && nodes.isEmpty();
    }
}
