package dev.backstop.examples.projectmanager;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
  @ParameterizedTest
  @CsvSource({
    "same-origin, http://here:80, here:80, true",
    "none,        http://here:80, here:80, true",
    ",            https://HERE,   here,    true",
    ",            ,               here,    true",
    "cross-site,  http://here:80, here:80, false",
    "same-site,   http://here:80, here:80, false",
    ",            http://evil,    here,    false",
    ",            http://here:81, here:80, false",
    ",            null,           here,    false",
    ",            'http://{',     here,    false",
    ",            http://here,    ,        false",
  })
  void aFormOfAnotherSiteIsNotOurs(String site, String origin, String host, boolean ours) {
    assertThat(Origins.areOurs(site, origin, host)).isEqualTo(ours);
  }
}
