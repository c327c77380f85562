package dev.backstop.testing;

import dev.backstop.CacheTier;

class MapTierTest extends CacheTierContract {
  private final MapTier tier = new MapTier("map");

  @Override
  protected CacheTier tier() {
    return tier;
  }
}
