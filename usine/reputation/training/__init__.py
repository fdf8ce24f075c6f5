"""How the models are made and judged: labelled sets, training, figures. Only training needs scikit-learn."""
