package io.hpc4j.local;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The part of a submitting process's environment that its jobs get, kept once for all jobs submitted with the same.
 * Guarded by the scheduler's lock.
 */
final class Environments {

    private static final List<String> PASSED_ON =
            List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "LANG", "LC_ALL", "TZ");
    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

    private final TreeMap<Integer, Map<String, String>> byNumber = new TreeMap<>();

    /** What of this process's environment its jobs get. */
    static Map<String, String> base(Map<String, String> environment) {
        TreeMap<String, String> base = new TreeMap<>();
        base.put("PATH", USUAL_PATH);
        base.put("HOME", System.getProperty("user.home"));
        base.put("USER", System.getProperty("user.name"));
        base.put("LOGNAME", System.getProperty("user.name"));
        for (String name : PASSED_ON) {
            if (environment.containsKey(name)) {
                base.put(name, environment.get(name));
            }
        }
        return base;
    }

    void put(int number, Map<String, String> variables) {
        byNumber.put(number, variables);
    }

    Map<String, String> get(int number) {
        return byNumber.getOrDefault(number, Map.of());
    }

    /** The number of these variables; negative if they are new. */
    int numberOf(Map<String, String> variables) {
        return byNumber.entrySet().stream()
                .filter(e -> e.getValue().equals(variables))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(-1);
    }

    int add(Map<String, String> variables) {
        int number = byNumber.isEmpty() ? 0 : byNumber.lastKey() + 1;
        byNumber.put(number, variables);
        return number;
    }

    /** The records of those that are still in use. */
    List<String> records(Set<Integer> used) {
        return byNumber.entrySet().stream()
                .filter(e -> used.contains(e.getKey()))
                .map(e -> Records.environment(e.getKey(), e.getValue()))
                .collect(Collectors.toList());
    }
}
