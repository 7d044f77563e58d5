"""A plugin: of drawn examples the first that fails is enough, since nobody reads what a mistake does to them."""

from hypothesis import Phase, settings

settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), print_blob=False)
settings.load_profile("mutants")
