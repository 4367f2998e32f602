package io.hpc4j.core.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AnonymiserTest {

    private final Anonymiser anonymiser = new Anonymiser(new KnownNames(
            Set.of("ada", "grace.h", "root"), Set.of("phys-42"), Set.of("cn01", "cn02", "gpu-n7", "login", "n1")));

    @Test
    void linesOfSqueueKeepTheirFormAndNumbers() {
        assertThat(anonymiser.text("141|RUNNING|ada|phys-42|cn[01-04,7]|2-03:04:05|4000M|12/24\n"
                        + "142|PENDING|grace.h|phys-42||(Resources)"))
                .isEqualTo("141|RUNNING|user1|account1|hosta[01-04,7]|2-03:04:05|4000M|12/24\n"
                        + "142|PENDING|user2|account1||(Resources)");
    }

    @Test
    void namesThatManyMachinesHaveStay() {
        assertThat(anonymiser.text("owner=root RUNNING slurm:x state job"))
                .isEqualTo("owner=root RUNNING slurm:x state job");
    }

    @Test
    void aNameIsFoundAmongOtherSignsButNotWithinWords() {
        assertThat(anonymiser.text("ada,ada; (ada) user=ada adam nada ada_x"))
                .isEqualTo("user1,user1; (user1) user=user1 adam nada user1_x");
    }

    @Test
    void addressesOfMailAndMachinesAreReplacedAlikeEachTime() {
        String text = anonymiser.text(
                "141.pbs01.example.org ada@pbs01.example.org 10.1.2.3 fe80::1:2 https://x.example.org/a");

        assertThat(text)
                .startsWith("141.host")
                .contains(" user1@host")
                .doesNotContain("example", "pbs", "10.1.2.3", "fe80");
        assertThat(text.split(" ", -1)[0].substring(4)).isEqualTo(text.split(" ", -1)[1].substring("user1@".length()));
        assertThat(anonymiser.text("pbs01.example.org")).isEqualTo(text.split(" ", -1)[0].substring(4));
    }

    @Test
    void addressesAreReplacedPartByPart() {
        assertThat(anonymiser.text(
                        "slurm+ssh://ada@login:22/srv/thesis?x=1 https://ci.example.org/ada, local:/srv/thesis?x=1"))
                .matches("slurm\\+ssh://user1@host[a-z]:22/name1/name2\\?x=1 https://host[a-z]\\.domain1/user1,"
                        + " local:/name1/name2\\?x=1");
    }

    @Test
    void pathsKeepTheirSlashesNumbersAndWhatIsTheSameEverywhere() {
        assertThat(anonymiser.text("/home/ada/case-7/solver.sh --log=/scratch/ada/out_141.log /bin/sh ~/thesis/x2.dat"))
                .isEqualTo("/home/user1/name1-7/name2.sh --log=/scratch/user1/out_141.log /bin/sh ~/name3/name4.dat");
    }

    @Test
    void pathsWithBlanksAreReplacedWhereTheyAreQuotedOrArgumentsOfTheirOwn() {
        assertThat(anonymiser.text("cd '/home/ada/My Case'")).isEqualTo("cd '/home/user1/name1 name2'");
        assertThat(anonymiser.argument("--chdir=/home/ada/My Case")).isEqualTo("--chdir=/home/user1/name1 name2");
        assertThat(anonymiser.argument("/home/ada/My Case")).isEqualTo("/home/user1/name1 name2");
    }

    @Test
    void keysStayAsTheyAreAlsoInPaths() {
        String key = "123e4567-e89b-12d3-a456-426614174000";

        assertThat(anonymiser.text("--comment=" + key + " /scratch/ada/" + key + ".sh"))
                .isEqualTo("--comment=" + key + " /scratch/user1/" + key + ".sh");
    }

    @Test
    void timesFilesAndVersionsAreNoMachines() {
        String text = "2026-01-31T12:00:00.5Z 12:30:15 run.sh solver.tar.gz v1.2.3 17.0.1 141_7 141.batch a.b/c 50%";

        assertThat(anonymiser.text(text)).isEqualTo(text);
    }

    @Test
    void settingsThatNameAnAccountAreReplaced() {
        assertThat(anonymiser.setting(Map.entry("account", "chem"))).isEqualTo("account2");
        assertThat(anonymiser.setting(Map.entry("nodes", "3"))).isEqualTo("3");
    }

    @Property
    void noNameOfAUserSurvives(
            @ForAll @AlphaChars @StringLength(min = 6, max = 12) String user,
            @ForAll @AlphaChars @StringLength(min = 6, max = 12) String account) {
        Anonymiser fresh = new Anonymiser(new KnownNames(Set.of(user), Set.of(account), Set.of()));
        for (String form :
                List.of("%s", "x %s y", "/home/%s/x", "%s@here", "--user=%s", "'%s'", "[%s]", "a|%s|b", "%s:")) {
            assertThat(fresh.text(form.formatted(user))).doesNotContain(user);
            assertThat(fresh.argument(form.formatted(account))).doesNotContain(account);
        }
    }
}
